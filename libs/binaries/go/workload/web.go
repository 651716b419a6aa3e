package main

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// webApplication answers on the image's port: each path 200 with a line that says who answered. Some paths say or do more:
//
//	/healthz, /readyz       `ok`; POST /readyz?ready=false|true switches readiness
//	/version                the version, as JSON
//	/metrics                requests, readiness and memory in Prometheus' text format
//	POST /burn?cpu=500m&for=10s      burns so much of a CPU for so long
//	POST /memory?bytes=64Mi&for=10s  holds so much memory for so long
//	any ?delay=250ms        answers that much later
//
// An image whose entry lists paths answers those alone.
type webApplication struct {
	image    *image
	started  time.Time
	notReady atomic.Bool
	mutex    sync.Mutex
	requests map[[2]string]int
	seconds  float64
}

func newWebApplication(i *image, started time.Time) *webApplication {
	return &webApplication{image: i, started: started, requests: map[[2]string]int{}}
}

func (w *webApplication) serve() error {
	server := &http.Server{
		Addr:              fmt.Sprintf(":%d", w.image.Serves),
		Handler:           http.HandlerFunc(w.handle),
		ReadHeaderTimeout: 10 * time.Second,
	}
	return server.ListenAndServe()
}

const longest = 10 * time.Minute

func (w *webApplication) handle(response http.ResponseWriter, request *http.Request) {
	began := time.Now()
	query := request.URL.Query()
	if delay, err := time.ParseDuration(query.Get("delay")); err == nil && delay > 0 {
		select {
		case <-time.After(min(delay, longest)):
		case <-request.Context().Done():
		}
	}
	status, kind, body := w.answer(request)
	response.Header().Set("Content-Type", kind)
	response.Header().Set("Content-Length", strconv.Itoa(len(body)))
	response.WriteHeader(status)
	if request.Method != http.MethodHead {
		_, _ = response.Write([]byte(body))
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.requests[[2]string{request.Method, strconv.Itoa(status)}]++
	w.seconds += time.Since(began).Seconds()
}

const plain = "text/plain; charset=utf-8"

func (w *webApplication) answer(request *http.Request) (int, string, string) {
	path := request.URL.Path
	if after := w.image.UnhealthyAfter; after >= 0 && time.Since(w.started) >= time.Duration(after)*time.Millisecond {
		return 500, plain, fmt.Sprintf("500 %s is not well\n", podName())
	}
	if w.image.Paths != nil && !slices.Contains(w.image.Paths, path) {
		return 404, plain, fmt.Sprintf("404 page not found: %s\n", request.URL.RequestURI())
	}
	post := request.Method == http.MethodPost
	query := request.URL.Query()
	switch {
	case path == "/readyz" && post:
		w.notReady.Store(query.Get("ready") == "false")
	case path == "/burn" && post:
		share, ok := quantity(query.Get("cpu"))
		if !ok {
			return 400, plain, "say how much: /burn?cpu=500m&for=10s\n"
		}
		burn(share, lasting(query.Get("for")))
	case path == "/memory" && post:
		bytes, ok := quantity(query.Get("bytes"))
		if !ok {
			return 400, plain, "say how much: /memory?bytes=64Mi&for=10s\n"
		}
		hold(int64(bytes))
		time.AfterFunc(lasting(query.Get("for")), func() { hold(w.image.Memory); runtime.GC() })
	case path == "/readyz" && w.notReady.Load():
		return 503, plain, "not ready\n"
	case path == "/healthz", path == "/readyz":
		return 200, plain, "ok\n"
	case path == "/version":
		return 200, "application/json", fmt.Sprintf("{\"image\":%q,\"version\":%q}\n", w.image.Reference, w.image.Version)
	case path == "/metrics":
		return 200, "text/plain; version=0.0.4; charset=utf-8", w.metrics()
	}
	return 200, plain, fmt.Sprintf("%s in %s answers %s with %s\n", podName(), podNamespace(), request.URL.RequestURI(), w.image.Reference)
}

func (w *webApplication) metrics() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var text strings.Builder
	text.WriteString("# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n")
	total := 0
	for _, key := range sortedKeys(w.requests) {
		total += w.requests[key]
		fmt.Fprintf(&text, "http_requests_total{method=%q,code=%q} %d\n", key[0], key[1], w.requests[key])
	}
	fmt.Fprintf(&text, "# HELP http_request_duration_seconds Time that answers took.\n# TYPE http_request_duration_seconds summary\n")
	fmt.Fprintf(&text, "http_request_duration_seconds_sum %g\nhttp_request_duration_seconds_count %d\n", w.seconds, total)
	ready := 1
	if w.notReady.Load() {
		ready = 0
	}
	fmt.Fprintf(&text, "# HELP app_ready Whether /readyz answers 200.\n# TYPE app_ready gauge\napp_ready %d\n", ready)
	fmt.Fprintf(&text, "# HELP app_info The image that runs.\n# TYPE app_info gauge\napp_info{image=%q,version=%q} 1\n", w.image.Reference, w.image.Version)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Fprintf(&text, "# HELP process_resident_memory_bytes Memory held, about.\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %d\n", memory.Sys-memory.HeapReleased)
	return text.String()
}

func sortedKeys(counts map[[2]string]int) [][2]string {
	keys := make([][2]string, 0, len(counts))
	for key := range counts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(one, other [2]string) int { return strings.Compare(one[0]+one[1], other[0]+other[1]) })
	return keys
}

// burn keeps so many CPUs busy, in slices of a tenth of a second.
func burn(cpus float64, duration time.Duration) {
	end := time.Now().Add(duration)
	for rest := min(cpus, 64); rest > 0; rest-- {
		share := min(rest, 1)
		go func() {
			const slice = 100 * time.Millisecond
			for time.Now().Before(end) {
				busy := time.Now().Add(time.Duration(share * float64(slice)))
				for time.Now().Before(busy) {
				}
				time.Sleep(time.Duration((1 - share) * float64(slice)))
			}
		}()
	}
}

func lasting(text string) time.Duration {
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		return 10 * time.Second
	}
	return min(duration, longest)
}

var factors = map[string]float64{
	"": 1, "m": 0.001, "k": 1e3, "K": 1 << 10, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40,
}

// quantity reads a Kubernetes quantity: 64Mi, 250m, 2.
func quantity(text string) (float64, bool) {
	number := strings.TrimRight(text, "mkKMGTi")
	value, err := strconv.ParseFloat(number, 64)
	factor, ok := factors[text[len(number):]]
	return value * factor, err == nil && ok && value >= 0
}
