# gwanbo as a container: docker build -t gwanbo . && docker compose -f deploy/compose.yaml up
FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# Empty, so that a volume which is first mounted there belongs to the user below.
RUN mkdir -m 0700 /data

FROM node:26-slim
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE CHANGELOG.md ./
COPY bin bin
COPY config config
COPY data/sample data/sample
COPY --from=build --chown=1000:1000 /data /data
# A number: an orchestrator that refuses root can tell that this is none.
USER 1000:1000
VOLUME /data
ENV NODE_ENV=production DATABASE_URL=sqlite:/data/gwanbo.db GWANBO_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.GWANBO_PORT || 8080) + '/healthz').then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/gwanbo.js"]
CMD ["start"]
