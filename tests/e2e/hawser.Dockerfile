# hawser and hawser-cluster with the libraries they load, to be run in a pod. The build context holds the binaries.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcpprest2.10 \
    && rm -rf /var/lib/apt/lists/*
COPY hawser hawser-cluster /usr/local/bin/
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/hawser"]
