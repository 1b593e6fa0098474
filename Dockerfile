# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# `otlp`: traces, docs/traces.md.
ARG FEATURES=
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package ostankino-demo --features "$FEATURES" && cp target/release/ostankino /usr/local/bin/

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libjemalloc2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 ostankino
WORKDIR /app
COPY --from=build /usr/local/bin/ostankino /usr/local/bin/
COPY config config
# By its number: Kubernetes looks whether that is root.
USER 10001
ENV OSTANKINO_ENV=production
# For the check below, and nobody else. Who is to ask from outside, such as Prometheus, needs 0.0.0.0:8080.
ENV OSTANKINO__WEB__LISTEN=127.0.0.1:8080
# A fifth more updates a second than with glibc's allocator, for some 8 MB (docs/performance.md).
ENV LD_PRELOAD=libjemalloc.so.2
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["ostankino", "ready"]
# It finishes what is in flight, then ends; PID 1 needs no init, as it starts no processes.
STOPSIGNAL SIGTERM
ENTRYPOINT ["ostankino"]
