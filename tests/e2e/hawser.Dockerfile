# hawser with the libraries it loads, to be run in a pod. The build context holds the binary.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcpprest2.10 \
    && rm -rf /var/lib/apt/lists/*
COPY hawser /usr/local/bin/hawser
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/hawser"]
