# syntax=docker/dockerfile:1
# The service alone: no dev dependencies, no embedded PostgreSQL, no sandboxes. It needs DATABASE_URL (see
# docker-compose.yml). Writes nothing outside /tmp, so the root file system may be read-only.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/postgres/package.json ./packages/postgres/package.json
COPY packages/sandboxes/package.json ./packages/sandboxes/package.json
# Nothing that is built here needs an install script, and our own `prepare` needs the sources, which come later.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/packages.mjs ./scripts/
COPY src ./src
# Without what `npm start` adds on a developer's machine (dev/ and packages/), which nothing else imports.
RUN node scripts/build.mjs --server

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/postgres/package.json ./packages/postgres/package.json
COPY packages/sandboxes/package.json ./packages/sandboxes/package.json
# Those of the service alone. What packages/ need is for `npm start`: the sandboxes, and PostgreSQL's programs.
RUN --mount=type=cache,target=/root/.npm npm ci --workspaces=false --omit=dev --omit=optional --ignore-scripts
# Types, source maps and documentation are for who develops: half of the folder.
RUN find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' -o -name '*.flow' \) -delete

FROM node:24-slim
LABEL org.opencontainers.image.title="coffer" \
      org.opencontainers.image.description="A headless payments service: card and crypto payments become wallet credits exactly once, on one double-entry ledger." \
      org.opencontainers.image.licenses="MIT"
# NODE_OPTIONS: without a bound, the young generation of Node 24 grows until an idle process keeps 240 MB; with this one it is 135.
# HOST: a container that listens on its own loopback cannot be reached.
ENV NODE_ENV=production \
    NODE_OPTIONS="--enable-source-maps --max-semi-space-size=8" \
    HOST=0.0.0.0 \
    PORT=8080
WORKDIR /app
# Owned by root and readable by all: the service cannot change its own code.
COPY package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY migrations ./migrations
# What the served document shows as replies.
COPY openapi/examples.json openapi/refusals.json ./openapi/
COPY --from=build /app/dist ./dist
# By number: Kubernetes, told runAsNonRoot, does not look names up.
USER 1000
EXPOSE 8080
# Written in Node, since the image has no curl. A cold start includes migrations, hence the start period. Podman keeps a
# health check only in images of Docker's format: podman build --format docker.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.js"]

# At the end, because they change with every build and would throw away the layers after them.
ARG VERSION=0.1.0
ARG REVISION=unknown
ENV COFFER_REVISION=${REVISION}
LABEL org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
