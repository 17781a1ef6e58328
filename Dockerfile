# docker build -t baton . && docker run --rm baton doctor --new-key
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin baton

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home baton \
 && install --directory --owner baton --group baton /data
COPY --from=build /build/target/release/baton /usr/local/bin/baton
USER baton
WORKDIR /data
VOLUME /data
ENV BATON_LISTEN=0.0.0.0:8080 \
    BATON_DATABASE_URL=sqlite:/data/baton.db \
    BATON_LOG_FORMAT=json
EXPOSE 8080
# No HEALTHCHECK: the image has no HTTP client. Point the orchestrator's probe at GET /healthz.
ENTRYPOINT ["baton"]
CMD ["serve"]
