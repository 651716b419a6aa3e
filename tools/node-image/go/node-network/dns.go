package main

import (
	"context"
	"io"
	"log"
	"net"
	"time"
)

// upstream is Docker's resolver. It listens in the node's own loopback alone, where pods cannot reach it.
const upstream = "127.0.0.11:53"

// serveDNS hands queries that reach the node's address on to Docker's resolver.
func serveDNS(ctx context.Context) {
	address := nodeAddress()
	if address == "" {
		log.Print("dns: eth0 has no address")
		return
	}
	packets, err := net.ListenPacket("udp", address+":53")
	if err != nil {
		log.Printf("dns: %v", err)
		return
	}
	streams, err := net.Listen("tcp", address+":53")
	if err != nil {
		log.Printf("dns: %v", err)
		return
	}
	context.AfterFunc(ctx, func() { packets.Close(); streams.Close() })
	go acceptStreams(streams)
	limit := make(chan struct{}, 64)
	for {
		query := make([]byte, 4096)
		size, from, err := packets.ReadFrom(query)
		if err != nil {
			return
		}
		limit <- struct{}{}
		go func() {
			defer func() { <-limit }()
			if answer := exchange(query[:size]); answer != nil {
				_, _ = packets.WriteTo(answer, from)
			}
		}()
	}
}

func exchange(query []byte) []byte {
	connection, err := net.Dial("udp", upstream)
	if err != nil {
		return nil
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := connection.Write(query); err != nil {
		return nil
	}
	answer := make([]byte, 65535)
	size, err := connection.Read(answer)
	if err != nil {
		return nil
	}
	return answer[:size]
}

func acceptStreams(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer client.Close()
			server, err := net.DialTimeout("tcp", upstream, 5*time.Second)
			if err != nil {
				return
			}
			defer server.Close()
			deadline := time.Now().Add(30 * time.Second)
			_ = client.SetDeadline(deadline)
			_ = server.SetDeadline(deadline)
			go func() { _, _ = io.Copy(server, client) }()
			_, _ = io.Copy(client, server)
		}()
	}
}

func nodeAddress() string {
	device, err := net.InterfaceByName("eth0")
	if err != nil {
		return ""
	}
	addresses, _ := device.Addrs()
	for _, address := range addresses {
		if prefix, ok := address.(*net.IPNet); ok && prefix.IP.To4() != nil {
			return prefix.IP.String()
		}
	}
	return ""
}
