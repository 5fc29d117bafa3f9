# Builds page and server with all packages, then leaves everything behind that the server does not need to run.

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
# The image brings Node itself, so no package has to fetch anything when it is installed.
RUN npm ci --ignore-scripts
COPY scripts scripts
COPY src src
COPY web web
RUN node scripts/build-package.ts

FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:26-slim
WORKDIR /app
# In a container 0.0.0.0 is what the container's own network sees, in ephemeral mode too: what is published decides.
ENV NODE_ENV=production DATA_PATH=/app/data SKELETON_HOST=0.0.0.0
RUN mkdir data plugins && chown node:node data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY plugin-library plugin-library
COPY package.json LICENSE ./
USER node
VOLUME /app/data
EXPOSE 8000
# Whether it lives, which is what a new start would mend. A process that hangs does not answer: the check times out.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SKELETON_PORT || process.env.PORT || 8000}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "dist/src/cli/skeleton.js", "serve"]
