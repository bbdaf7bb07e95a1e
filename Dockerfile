# The images of docker-compose.yml, one for each service: docker build --target worker|gateway|web|redis|postgres .

# build: a compiler and headers, 300 MB that nobody needs afterwards, hence a stage of its own.  The list of
# packages is that of tools/deps, which has a layer to itself: a change in the sources does not install them
# again.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY tools/deps tools/deps
RUN tools/deps build
COPY Makefile ./
COPY fcgi/ fcgi/
COPY sql/ sql/
RUN make -j"$(nproc)"

# worker: `holdline serve` with one worker, reached over TCP.  To have more of them, start more containers:
# then nginx and Docker see each of them, and not only a pool.
FROM debian:bookworm-slim AS worker
RUN apt-get update \
 && apt-get install -y --no-install-recommends libfcgi0ldbl libhiredis0.14 libjson-c5 libuv1 libsodium23 libunistring2 \
    libwebsockets17 libwebsockets-evlib-uv libsqlite3-0 libpq5 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 990 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin holdline \
 && install -d -o holdline -g holdline -m 700 /var/lib/holdline
COPY --from=build /src/build/holdline /usr/local/bin/holdline
USER holdline
ENV HOLDLINE_WORKERS=1 HOLDLINE_GATEWAYS=0 HOLDLINE_LISTEN=0.0.0.0:9000
# Of the embedded database, where no other is named: a volume belongs here then.
ENV HOLDLINE_DATA_DIR=/var/lib/holdline
EXPOSE 9000
CMD ["holdline", "serve"]
HEALTHCHECK --interval=3s --timeout=3s --start-period=20s CMD ["holdline", "healthcheck"]

# gateway: the same program as one gateway.
FROM worker AS gateway
ENV HOLDLINE_WORKERS=0 HOLDLINE_GATEWAYS=1 HOLDLINE_GATEWAY_LISTEN=0.0.0.0:9100
EXPOSE 9100

# web: nginx with the pages and the configuration of nginx/.  At least 1.27.3, for 'resolve'
# (nginx/make-conf).
FROM nginx:1.30 AS web
COPY nginx/ /usr/local/share/holdline/nginx/
COPY www/ /usr/local/share/holdline/www/
RUN chmod -R a+rX /usr/local/share/holdline    # whatever the umask of the checkout was
# Nothing of it runs as root, and the only place to write is /tmp.  The configuration is made at the start,
# because the environment of the container has a say in it.
USER nginx
WORKDIR /usr/local/share/holdline/nginx
ENV UPSTREAM=worker:9000 GATEWAYS=gateway:9100 RESOLVER=127.0.0.11 LISTEN=8080 STATE=/tmp
EXPOSE 8080
ENTRYPOINT []
CMD ["bash", "-c", "./make-conf >/tmp/nginx.conf && exec nginx -c /tmp/nginx.conf -g 'daemon off;'"]
HEALTHCHECK --interval=3s --timeout=3s --start-period=20s \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/readyz"]

# redis: as it comes, with the settings of `make run`.  Without a password, from everywhere: it stands in a
# network that has only the workers in it.
FROM redis:8 AS redis
COPY --chmod=644 tools/redis.conf /etc/holdline/redis.conf
USER redis
CMD ["redis-server", "/etc/holdline/redis.conf", "--protected-mode", "no", "--dir", "/data"]
HEALTHCHECK --interval=3s --timeout=3s --start-period=120s CMD redis-cli ping | grep -q PONG

# postgres: as it comes.  Without a password, as it stands in a network that has only ours in it.  (While it
# makes its files it can be reached from inside only: hence the address.)
FROM postgres:17 AS postgres
USER postgres
ENV POSTGRES_USER=holdline POSTGRES_DB=holdline POSTGRES_HOST_AUTH_METHOD=trust
HEALTHCHECK --interval=3s --timeout=3s --start-period=120s CMD ["pg_isready", "-q", "-h", "127.0.0.1", "-U", "holdline"]
