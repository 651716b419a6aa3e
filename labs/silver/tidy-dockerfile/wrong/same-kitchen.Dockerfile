FROM golang:1.26.3 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
RUN --mount=type=secret,id=modules,env=MODULES_TOKEN CGO_ENABLED=0 go build -o /out/${app} .

FROM build
COPY --from=build /out/${app} /usr/local/bin/${app}
USER nobody
ENTRYPOINT ${app} --port 8080
