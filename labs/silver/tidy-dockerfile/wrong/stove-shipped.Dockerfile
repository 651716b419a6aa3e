FROM golang:1.26.3 AS build
WORKDIR /src
ARG MODULES_TOKEN
RUN --mount=type=secret,id=modules go mod download
COPY . .
USER ${uid}
RUN CGO_ENABLED=0 go build -o /tmp/${app} .

FROM golang:1.26.3
COPY --from=build /tmp/${app} /usr/local/bin/${app}
