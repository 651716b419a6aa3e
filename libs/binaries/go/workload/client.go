package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var networkCommands = map[string]command{
	"wget": wget,
	"curl": curl,
	"nc": func(s *session, args []string) int {
		words, verbose, limit := []string{}, false, 5*time.Second
		for i := 0; i < len(args); i++ {
			switch one := args[i]; {
			case one == "-w" && i+1 < len(args):
				i++
				if read, ok := seconds(args[i]); ok {
					limit = read
				}
			case strings.HasPrefix(one, "-"):
				verbose = verbose || strings.Contains(one, "v")
			default:
				words = append(words, one)
			}
		}
		if len(words) < 2 {
			return s.fail("nc: usage: nc [-zv] [-w SECONDS] HOST PORT")
		}
		connection, err := (&net.Dialer{Timeout: limit}).DialContext(s.ctx, "tcp", net.JoinHostPort(words[0], words[1]))
		var unknown *net.DNSError
		if errors.As(err, &unknown) {
			return s.fail("nc: bad address '%s'", words[0])
		}
		if err != nil {
			return s.fail("nc: %s:%s: %s", words[0], words[1], dialProblem(err))
		}
		connection.Close()
		if verbose {
			fmt.Fprintf(s.err, "%s (%s:%s) open\n", words[0], words[0], words[1])
		}
		return 0
	},
	"nslookup": func(s *session, args []string) int {
		if len(args) == 0 {
			return s.fail("nslookup: usage: nslookup NAME")
		}
		server := nameserver()
		fmt.Fprintf(s.out, "Server:\t\t%s\nAddress:\t%s:53\n\n", server, server)
		ctx, cancel := context.WithTimeout(s.ctx, 10*time.Second)
		defer cancel()
		addresses, err := net.DefaultResolver.LookupIP(ctx, "ip4", args[0])
		if err != nil {
			fmt.Fprintf(s.out, "** server can't find %s: NXDOMAIN\n\n", args[0])
			return 1
		}
		name := args[0]
		if canonical, err := net.DefaultResolver.LookupCNAME(ctx, args[0]); err == nil {
			name = strings.TrimSuffix(canonical, ".")
		}
		for _, address := range addresses {
			fmt.Fprintf(s.out, "Name:\t%s\nAddress: %s\n", name, address)
		}
		return 0
	},
	"getent": func(s *session, args []string) int {
		if len(args) < 2 {
			return 2
		}
		addresses, err := net.DefaultResolver.LookupIP(s.ctx, "ip4", args[1])
		if err != nil {
			return 2
		}
		for _, address := range addresses {
			fmt.Fprintf(s.out, "%-16s  %s\n", address, args[1])
		}
		return 0
	},
}

func nameserver() string {
	content, _ := os.ReadFile("/etc/resolv.conf")
	if match := regexp.MustCompile(`(?m)^nameserver\s+(\S+)`).FindSubmatch(content); match != nil {
		return string(match[1])
	}
	return "127.0.0.1"
}

func dialProblem(err error) string {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "Connection timed out"
	}
	return reason(err)
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// fetch asks once; redirects are followed as wget and curl -L do.
func fetch(s *session, method, address string, header http.Header, body string, limit time.Duration, redirects bool) (*answer, *url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	target, err := url.Parse(address)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, target, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if !redirects {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, target, err
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return &answer{response.StatusCode, response.Header, read}, target, err
}

func portOf(target *url.URL) string {
	if port := target.Port(); port != "" {
		return port
	}
	if target.Scheme == "https" {
		return "443"
	}
	return "80"
}

func wget(s *session, args []string) int {
	output, address, quiet, spider, body, method := "", "", false, false, "", http.MethodGet
	limit := 15 * time.Minute
	for i := 0; i < len(args); i++ {
		one := args[i]
		next := func() string {
			i++
			if i < len(args) {
				return args[i]
			}
			return ""
		}
		key, value, joined := strings.Cut(one, "=")
		switch {
		case one == "--spider":
			spider = true
		case strings.HasPrefix(one, "--post-data"):
			method = http.MethodPost
			if body = value; !joined {
				body = next()
			}
		case key == "--timeout" && joined:
			if read, ok := seconds(value); ok {
				limit = read
			}
		case strings.HasPrefix(one, "--"):
		case strings.HasPrefix(one, "-") && len(one) > 1:
			for at := 1; at < len(one); at++ {
				rest := one[at+1:]
				take := func() string {
					at = len(one)
					if rest != "" {
						return rest
					}
					return next()
				}
				switch one[at] {
				case 'q':
					quiet = true
				case 'O':
					output = take()
				case 'T':
					if read, ok := seconds(take()); ok {
						limit = read
					}
				case 't', 'U', 'P', 'o':
					take()
				}
			}
		default:
			address = one
		}
	}
	got, target, err := fetch(s, method, address, nil, body, limit, true)
	var unknown *net.DNSError
	switch {
	case errors.As(err, &unknown):
		return s.fail("wget: bad address '%s'", target.Hostname())
	case errors.Is(err, context.DeadlineExceeded):
		return s.fail("wget: download timed out")
	case err != nil && target != nil:
		return s.fail("wget: can't connect to remote host (%s): %s", target.Hostname(), dialProblem(err))
	case err != nil:
		return s.fail("wget: bad address '%s'", address)
	case got.status >= 400:
		return s.fail("wget: server returned error: HTTP/1.1 %d %s", got.status, http.StatusText(got.status))
	case spider:
		if !quiet {
			fmt.Fprintln(s.err, "remote file exists")
		}
		return 0
	case output == "-":
		_, _ = s.out.Write(got.body)
		return 0
	}
	if output == "" {
		if output = path.Base(target.Path); output == "/" || output == "." {
			output = "index.html"
		}
	}
	if err := os.WriteFile(s.path(output), got.body, 0o644); err != nil {
		return s.fail("wget: can't open '%s': %s", output, reason(err))
	}
	return 0
}

func curl(s *session, args []string) int {
	var address, output, format, body, method string
	silent, errors_, fails, head, included, redirects := false, false, false, false, false, false
	limit, header := 15*time.Minute, http.Header{}
	long := map[string]byte{
		"silent": 's', "show-error": 'S', "fail": 'f', "head": 'I', "include": 'i', "location": 'L', "output": 'o',
		"header": 'H', "request": 'X', "data": 'd', "write-out": 'w', "max-time": 'm', "connect-timeout": 'c', "retry": 'r',
		"insecure": 'k', "verbose": 'v',
	}
	for i := 0; i < len(args); i++ {
		one := args[i]
		if !strings.HasPrefix(one, "-") || one == "-" {
			address = one
			continue
		}
		letters := one[1:]
		if name, ok := strings.CutPrefix(one, "--"); ok {
			name, value, joined := strings.Cut(name, "=")
			letters = string(long[name])
			if joined {
				args = slices.Insert(slices.Clone(args), i+1, value)
			}
		}
		for at := 0; at < len(letters); at++ {
			take := func() string {
				rest := letters[at+1:]
				at = len(letters)
				if rest != "" {
					return rest
				}
				i++
				if i < len(args) {
					return args[i]
				}
				return ""
			}
			switch letters[at] {
			case 's':
				silent = true
			case 'S':
				errors_ = true
			case 'f':
				fails = true
			case 'I':
				head = true
			case 'i':
				included = true
			case 'L':
				redirects = true
			case 'o':
				output = take()
			case 'w':
				format = take()
			case 'X':
				method = take()
			case 'd':
				body = take()
			case 'H':
				if name, value, ok := strings.Cut(take(), ":"); ok {
					header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
				}
			case 'm', 'c':
				if read, ok := seconds(take()); ok {
					limit = read
				}
			case 'r':
				take()
			}
		}
	}
	if method == "" {
		method = http.MethodGet
		if head {
			method = http.MethodHead
		} else if body != "" {
			method = http.MethodPost
			if header.Get("Content-Type") == "" {
				header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
		}
	}
	problem := func(code int, text string) int {
		if !silent || errors_ {
			fmt.Fprintf(s.err, "curl: (%d) %s\n", code, text)
		}
		return code
	}
	got, target, err := fetch(s, method, address, header, body, limit, redirects)
	var unknown *net.DNSError
	switch {
	case target == nil:
		return problem(3, "URL rejected: "+address)
	case errors.As(err, &unknown):
		return problem(6, "Could not resolve host: "+target.Hostname())
	case errors.Is(err, context.DeadlineExceeded):
		return problem(28, "Operation timed out")
	case err != nil:
		return problem(7, fmt.Sprintf("Failed to connect to %s port %s after 1 ms: Could not connect to server", target.Hostname(), portOf(target)))
	case got.status >= 400 && fails:
		return problem(22, fmt.Sprintf("The requested URL returned error: %d", got.status))
	}
	text := got.body
	if head || included {
		lines := fmt.Sprintf("HTTP/1.1 %d %s\r\n", got.status, http.StatusText(got.status))
		for name := range got.header {
			lines += fmt.Sprintf("%s: %s\r\n", name, got.header.Get(name))
		}
		text = append([]byte(lines+"\r\n"), text...)
	}
	if output != "" {
		if err := os.WriteFile(s.path(output), text, 0o644); err != nil {
			return problem(23, "Failure writing output to destination")
		}
	} else {
		_, _ = s.out.Write(text)
	}
	fmt.Fprint(s.out, strings.NewReplacer("%{http_code}", strconv.Itoa(got.status), `\n`, "\n", `\t`, "\t").Replace(format))
	return 0
}
