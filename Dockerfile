# Tidemark in a container. It needs nothing but the registry of npm: docker build -t tidemark .
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci
RUN npm pack --pack-destination /build

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /build/tidemark-*.tgz /app/
RUN npm install --omit=dev --no-audit --no-fund /app/tidemark-*.tgz && rm /app/tidemark-*.tgz
# The client of NATS, in the versions that Tidemark is tested with.
COPY --from=build /build/scripts/optional-packages.mjs /build/package.json /app/source/
RUN npm install --omit=dev --no-audit --no-fund $(node /app/source/optional-packages.mjs /app/source/package.json) && rm -r /app/source
USER node
# Of all addresses: so a token is needed, TIDEMARK_TOKEN, or TIDEMARK_SERVE_ALLOW_PUBLIC=true.
ENV NODE_ENV=production TIDEMARK_SERVE_HOST=0.0.0.0 TIDEMARK_SERVE_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TIDEMARK_SERVE_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/node_modules/tidemark/dist/cli/tidemark.js"]
CMD ["serve"]
