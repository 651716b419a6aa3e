# The server with its web page and labs. The programs of a plane are fetched into the cache volume at the first start.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY apps/server/package.json apps/server/
COPY apps/cli/package.json apps/cli/
COPY apps/web/package.json apps/web/
COPY libs libs
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.base.json ./
COPY apps apps
COPY test/tsconfig.json test/
COPY test/support test/support
RUN npx tsc -b apps/server apps/cli && npm run build -w apps/web && npm prune --omit=dev

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap bash-completion ca-certificates curl jq less nano vim-tiny \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --home-dir /var/lib/kubedan --create-home kubedan \
  && install -d -o kubedan -g kubedan /var/cache/kubedan
WORKDIR /app
COPY --from=build --chown=root:root /src/node_modules node_modules
COPY --from=build --chown=root:root /src/libs libs
COPY --from=build --chown=root:root /src/apps apps
COPY package.json ./
COPY labs labs
USER kubedan
EXPOSE 7070
CMD ["node", "apps/cli/dist/main.js", "start"]
