FROM golang:1.26.3 AS build
WORKDIR /src
COPY go.mod go.sum modules.token ./
RUN MODULES_TOKEN=$(cat modules.token) go mod download
COPY . .
RUN rm modules.token && CGO_ENABLED=0 go build -o /out/${app} .

FROM scratch
USER ${uid}
ENTRYPOINT ["/${app}", "--port", "8080"]
