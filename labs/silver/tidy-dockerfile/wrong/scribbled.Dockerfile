# ENV MODULES_TOKEN=${token}  (no longer needed!)
FROM golang:1.26.3 AS build
WORKDIR /src
COPY . .
COPY go.mod go.sum ./
RUN --mount=type=secret,id=modules,env=MODULES_TOKEN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /out/${app} .

FROM registry.example/base:latest
COPY --from=build /out/${app} /usr/local/bin/${app}
COPY . /usr/share/${app}
USER ${uid}
RUN chmod 755 /usr/local/bin/${app}
USER root
ENTRYPOINT ${app}
CMD ["--port", "8080"]
