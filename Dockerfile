# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin ostankino && cp target/release/ostankino /usr/local/bin/

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 ostankino
WORKDIR /app
COPY --from=build /usr/local/bin/ostankino /usr/local/bin/
COPY config config
USER ostankino
ENV OSTANKINO_ENV=production
# It finishes what is in flight, then ends; PID 1 needs no init, as it starts no processes.
STOPSIGNAL SIGTERM
ENTRYPOINT ["ostankino"]
