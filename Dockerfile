# syntax=docker/dockerfile:1
# The service alone: no dev dependencies, no embedded PostgreSQL, no sandboxes. It needs DATABASE_URL (see
# docker-compose.yml). Writes nothing outside /tmp, so the root file system may be read-only.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing that is built here needs an install script, and our own `prepare` needs the sources, which come later.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.mjs ./scripts/build.mjs
COPY src ./src
# Without what `npm start` adds on a developer's machine (dev/), which nothing else imports.
RUN node scripts/build.mjs --server

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The optional dependencies are the embedded PostgreSQL binaries.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
LABEL org.opencontainers.image.title="coffer" \
      org.opencontainers.image.description="A headless payments service: card and crypto payments become wallet credits exactly once, on one double-entry ledger." \
      org.opencontainers.image.licenses="MIT"
# HOST: a container that listens on its own loopback cannot be reached.
ENV NODE_ENV=production \
    NODE_OPTIONS=--enable-source-maps \
    HOST=0.0.0.0 \
    PORT=8080
WORKDIR /app
# Owned by root and readable by all: the service cannot change its own code.
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY migrations ./migrations
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8080
# Written in Node, since the image has no curl. A cold start includes migrations, hence the start period. Podman keeps a
# health check only in images of Docker's format: podman build --format docker.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]

# At the end, because they change with every build and would throw away the layers after them.
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
