package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// The image's catalogue entry, put there when the image was made; another file for tests.
var imageFile = envOr("KUBEDAN_IMAGE_FILE", "/etc/kubedan/image.json")

// image is what an image is called and how it behaves. Durations are milliseconds, sizes bytes.
type image struct {
	Reference string `json:"reference"`
	Version   string `json:"version"`
	// OwnProgram is false for an image that only offers commands.
	OwnProgram bool     `json:"ownProgram"`
	Serves     int      `json:"serves"`
	Paths      []string `json:"paths"`
	StartsIn   int64    `json:"startsIn"`
	Logs       []string `json:"logs"`
	Memory     int64    `json:"memory"`
	Exits      *ending  `json:"exits"`
	Crashes    *ending  `json:"crashes"`
	// UnhealthyAfter is below 0 for never.
	UnhealthyAfter int64 `json:"unhealthyAfter"`
	StopsIn        int64 `json:"stopsIn"`
}

type ending struct {
	ExitCode int      `json:"exitCode"`
	After    int64    `json:"after"`
	Logs     []string `json:"logs"`
	When     *struct {
		MissingEnv  string `json:"missingEnv"`
		MissingFile string `json:"missingFile"`
	} `json:"when"`
}

func readImage() (*image, error) {
	content, err := os.ReadFile(imageFile)
	if err != nil {
		return nil, fmt.Errorf("this image has no program: %w", err)
	}
	read := &image{}
	return read, json.Unmarshal(content, read)
}

func (e *ending) holds(s *session) bool {
	if e.When == nil || (e.When.MissingEnv == "" && e.When.MissingFile == "") {
		return true
	}
	if e.When.MissingEnv != "" {
		if value, _ := s.variable(e.When.MissingEnv); value == "" {
			return true
		}
	}
	if e.When.MissingFile != "" {
		if _, err := os.Stat(e.When.MissingFile); err != nil {
			return true
		}
	}
	return false
}

// ballast is the memory that the program holds; written to, so that the kernel has to give it.
var ballast atomic.Pointer[[]byte]

func hold(bytes int64) {
	filled := make([]byte, bytes)
	for at := 0; at < len(filled); at += os.Getpagesize() {
		filled[at] = 1
	}
	ballast.Store(&filled)
}

// play does what the image's catalogue entry says, until it ends or is told to.
func (i *image) play(s *session) int {
	started := time.Now()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	for _, line := range i.Logs {
		fmt.Fprintln(s.out, line)
	}
	startsIn := time.Duration(i.StartsIn) * time.Millisecond
	if i.Memory > 0 {
		// Memory fills while a program starts, and never in no time: as the virtual kubelet has it.
		time.AfterFunc(max(startsIn, 500*time.Millisecond), func() { hold(i.Memory) })
	}
	if i.Serves > 0 {
		web := newWebApplication(i, started)
		time.AfterFunc(startsIn, func() {
			if err := web.serve(); err != nil {
				fmt.Fprintln(s.err, err)
				os.Exit(1)
			}
		})
	}
	var over <-chan time.Time
	ends := i.firstEnding(s)
	if ends != nil {
		over = time.After(time.Duration(ends.After)*time.Millisecond - time.Since(started))
	}
	select {
	case <-over:
		for _, line := range ends.Logs {
			fmt.Fprintln(s.out, line)
		}
		return ends.ExitCode
	case <-stop:
		time.Sleep(time.Duration(i.StopsIn) * time.Millisecond)
		return 0
	case <-s.ctx.Done():
		return 143
	}
}

func (i *image) firstEnding(s *session) *ending {
	var first *ending
	if i.Crashes != nil && i.Crashes.holds(s) {
		first = i.Crashes
	}
	if i.Exits != nil && (first == nil || i.Exits.After < first.After) {
		first = i.Exits
	}
	return first
}

// podName and podNamespace are what a container can know of its pod.
func podName() string {
	name, _ := os.Hostname()
	return name
}

func podNamespace() string {
	content, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	if err != nil {
		return "its namespace"
	}
	return strings.TrimSpace(string(content))
}

func envOr(name, otherwise string) string {
	if value := os.Getenv(name); value != "" && filepath.IsAbs(value) {
		return value
	}
	return otherwise
}
