# The server as an image that holds nothing but it: no shell, no package manager, no user but its own.
#
#   docker build --build-arg VERSION="$(git describe --tags --always)" -t parley .
#   docker run -p 127.0.0.1:8080:8080 -v parley:/data parley

FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS pages
WORKDIR /src
COPY scripts/pages.sh scripts/
COPY web web
RUN scripts/pages.sh build

FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS build
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=pages /src/web/dist/site web/dist/site
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION" -o /out/parley ./cmd/parley
RUN mkdir /out/data

FROM scratch
ARG VERSION=dev
LABEL org.opencontainers.image.title="Parley" \
      org.opencontainers.image.description="A self-hosted customer-chat contact centre that speaks Amazon Connect's chat APIs" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION"
# Authorities, for TLS to the database and whatever else is called. Time zones are in the program.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/parley /parley
COPY --from=build --chown=65532:65532 /out/data /data
# Inside a container 127.0.0.1 is the container's own, so the server listens on every address of it. Whoever gives it
# neither TLS nor a proxy gets answers under this machine's names only (localhost, 127.0.0.1).
ENV PARLEY_DATA=/data PARLEY_LISTEN=0.0.0.0:8080 PARLEY_PLAIN_HTTP=local TMPDIR=/data
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/parley", "health"]
ENTRYPOINT ["/parley"]
CMD ["serve"]
