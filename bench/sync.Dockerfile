# The pod of bench sync: Debian's rsync as a daemon, and tar.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends rsync && rm -rf /var/lib/apt/lists/*
COPY rsyncd.conf /etc/rsyncd.conf
CMD ["rsync", "--daemon", "--no-detach", "--config=/etc/rsyncd.conf", "--log-file=/dev/null"]
