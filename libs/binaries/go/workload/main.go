// Program workload is every container of a lab: it behaves as its image's catalogue entry says, and offers the few commands
// that learners, probes and scripts call in a container, each by its own name.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// session is what a command sees of the world: that of the process, or of the shell that called it.
type session struct {
	ctx     context.Context
	in      io.Reader
	out     io.Writer
	err     io.Writer
	dir     string
	environ []string
	// initial says that this is the container's first process, to which the kernel sends no signal that it does not ask for.
	initial bool
}

type command func(s *session, args []string) int

var commands map[string]command

func init() {
	commands = map[string]command{"sh": shell, "bash": shell, "ash": shell, "dash": shell, "tini": tini, "timeout": timeout}
	for _, name := range []string{"echo", "printf", "test", "["} {
		commands[name] = builtin(name)
	}
	for _, more := range []map[string]command{fileCommands, textCommands, systemCommands, networkCommands} {
		for name, one := range more {
			commands[name] = one
		}
	}
}

func main() {
	dir, err := os.Getwd()
	if err != nil {
		dir = "/"
	}
	s := &session{
		ctx: context.Background(), in: os.Stdin, out: os.Stdout, err: os.Stderr,
		dir: dir, environ: os.Environ(), initial: os.Getpid() == 1,
	}
	if strings.HasPrefix(filepath.Base(os.Args[0]), "workload") && len(os.Args) > 1 && os.Args[1] == "commands" {
		fmt.Println(strings.Join(commandNames(), "\n"))
		return
	}
	os.Exit(dispatch(s, os.Args))
}

// dispatch runs a command by its name; what is none is the image's own program, whatever it is called.
func dispatch(s *session, argv []string) int {
	if run, ok := commands[filepath.Base(argv[0])]; ok {
		if s.initial {
			signal.Ignore(syscall.SIGTERM, syscall.SIGINT)
		}
		return run(s, argv[1:])
	}
	image, err := readImage()
	if err != nil {
		fmt.Fprintln(s.err, err)
		return 127
	}
	// An image that neither serves nor ends takes its arguments for a command, as busybox does.
	if len(argv) > 1 && image.Serves == 0 && image.Exits == nil {
		if _, ok := commands[filepath.Base(argv[1])]; ok {
			return dispatch(s, argv[1:])
		}
	}
	return image.play(s)
}

// path is a file's name as seen from where the command runs.
func (s *session) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.dir, name)
}

func (s *session) variable(name string) (string, bool) {
	for i := len(s.environ) - 1; i >= 0; i-- {
		if key, value, _ := strings.Cut(s.environ[i], "="); key == name {
			return value, true
		}
	}
	return "", false
}

func (s *session) fail(format string, values ...any) int {
	fmt.Fprintf(s.err, format+"\n", values...)
	return 1
}

// wait returns false when the command was ended before its time was over.
func (s *session) wait(duration time.Duration) bool {
	select {
	case <-s.ctx.Done():
		return false
	case <-time.After(duration):
		return true
	}
}

// tini runs a command as a child of an init: signals end it as they end any process.
func tini(s *session, args []string) int {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	if len(args) == 0 {
		return s.fail("tini: no command given")
	}
	if s.initial {
		s.initial = false
		ends := make(chan os.Signal, 1)
		signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT)
		if filepath.Base(args[0]) != "sh" {
			go func() { os.Exit(128 + int((<-ends).(syscall.Signal))) }()
		}
	}
	return dispatch(s, args)
}

func timeout(s *session, args []string) int {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	if len(args) < 2 {
		return s.fail("timeout: usage: timeout SECONDS COMMAND")
	}
	limit, ok := seconds(args[0])
	if !ok {
		return s.fail("timeout: invalid number '%s'", args[0])
	}
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	inner := *s
	inner.ctx = ctx
	status := dispatch(&inner, args[1:])
	if ctx.Err() == context.DeadlineExceeded {
		return 143
	}
	return status
}
