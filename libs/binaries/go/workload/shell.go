package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/term"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shell runs `sh -c SCRIPT [NAME ARGUMENTS]`, `sh FILE`, or what it reads.
func shell(s *session, args []string) int {
	errexit, inline := false, false
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		if args[0] == "--" {
			args = args[1:]
			break
		}
		if !strings.HasPrefix(args[0], "--") {
			errexit = errexit || strings.Contains(args[0], "e")
			inline = inline || strings.Contains(args[0], "c")
		}
		args = args[1:]
	}
	var script io.Reader = s.in
	name, parameters := "sh", []string{}
	switch {
	case inline && len(args) == 0:
		fmt.Fprintln(s.err, "sh: option requires an argument -- 'c'")
		return 2
	case inline:
		script = strings.NewReader(args[0])
		if len(args) > 1 {
			name, parameters = args[1], args[2:]
		}
	case len(args) > 0:
		file, err := os.Open(s.path(args[0]))
		if err != nil {
			fmt.Fprintf(s.err, "sh: can't open '%s': No such file or directory\n", args[0])
			return 2
		}
		defer file.Close()
		script, name, parameters = file, args[0], args[1:]
	}
	return (&run{session: s, traps: map[string]string{}}).script(script, name, parameters, errexit)
}

// run is one shell at work. Its interpreter knows the traps EXIT and ERR; those of signals are kept here.
type run struct {
	session *session
	mutex   sync.Mutex
	traps   map[string]string
}

func (r *run) trap(name string) (string, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	action, ok := r.traps[name]
	return action, ok
}

func (r *run) setTrap(name, action string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if action == "-" {
		delete(r.traps, name)
	} else {
		r.traps[name] = action
	}
}

func (r *run) script(script io.Reader, name string, parameters []string, errexit bool) int {
	s := r.session
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(nil)
	options := []interp.RunnerOption{
		interp.Env(expand.ListEnviron(s.environ...)),
		interp.Dir(s.dir),
		interp.StdIO(s.in, s.out, s.err),
		interp.CallHandler(r.call),
		interp.ExecHandlers(r.exec),
	}
	flags := []string{}
	if errexit {
		flags = append(flags, "-e")
	}
	options = append(options, interp.Params(append(append(flags, "--"), parameters...)...))
	runner, err := interp.New(options...)
	if err != nil {
		fmt.Fprintf(s.err, "sh: %v\n", err)
		return 2
	}
	signals := make(chan os.Signal, 4)
	if s.initial {
		signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
		defer signal.Stop(signals)
		go func() {
			for got := range signals {
				// Without a trap the first process of a container does not end at a signal.
				if _, set := r.trap(signalName(got)); set {
					cancel(trappedError{signalName(got)})
					return
				}
			}
		}()
	}
	// Command by command, as they are read: those before a mistake in the script are run.
	status := 0
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	if file, ok := script.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return r.converse(parser, runner, file)
	}
	problem := parser.Stmts(script, func(statement *syntax.Stmt) bool {
		status = statusOf(runner.Run(ctx, statement), s)
		return !runner.Exited() && ctx.Err() == nil
	})
	var caught trappedError
	if errors.As(context.Cause(ctx), &caught) {
		status = r.runTrap(runner, caught.signal, 0)
	} else if problem != nil && ctx.Err() == nil && !runner.Exited() {
		fmt.Fprintf(s.err, "sh: syntax error: %s\n", strings.TrimPrefix(problem.Error(), name+":"))
		status = 2
	}
	return r.runTrap(runner, "EXIT", status)
}

// converse is the shell of `kubectl exec -it`: a prompt, a line, its answer.
func (r *run) converse(parser *syntax.Parser, runner *interp.Runner, terminal io.Reader) int {
	s := r.session
	status := 0
	prompt := func() { fmt.Fprintf(s.out, "%s # ", runner.Dir) }
	prompt()
	for {
		err := parser.Interactive(terminal, func(statements []*syntax.Stmt) bool {
			if parser.Incomplete() {
				fmt.Fprint(s.out, "> ")
				return true
			}
			for _, statement := range statements {
				status = statusOf(runner.Run(s.ctx, statement), s)
				if runner.Exited() {
					return false
				}
			}
			prompt()
			return true
		})
		if err == nil || runner.Exited() {
			return status
		}
		fmt.Fprintf(s.err, "sh: syntax error: %v\n", err)
		prompt()
	}
}

// trappedError ends what runs when a signal comes that has a trap.
type trappedError struct{ signal string }

func (t trappedError) Error() string { return "trapped " + t.signal }

// runTrap runs what was set for a signal or the end; the status is then what it was, unless the trap exits by itself.
func (r *run) runTrap(runner *interp.Runner, name string, status int) int {
	action, ok := r.trap(name)
	if !ok {
		return status
	}
	r.setTrap(name, "-")
	inner := runner.Subshell()
	_ = syntax.NewParser().Stmts(strings.NewReader(action), func(statement *syntax.Stmt) bool {
		last := statusOf(inner.Run(context.Background(), statement), r.session)
		if inner.Exited() {
			status = last
		}
		return !inner.Exited()
	})
	return status
}

// builtin is a command of the shell's own that goes by its name as a program as well.
func builtin(name string) command {
	return func(s *session, args []string) int {
		script := name + ` "$@"`
		return (&run{session: s, traps: map[string]string{}}).script(strings.NewReader(script), name, args, false)
	}
}

func statusOf(err error, s *session) int {
	var status interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return 143
	}
	fmt.Fprintf(s.err, "sh: %v\n", err)
	return 1
}

// call sees every command before it runs, the shell's own as well.
func (r *run) call(_ context.Context, args []string) ([]string, error) {
	if args[0] != "trap" || len(args) < 3 {
		return args, nil
	}
	action, rest := args[1], []string{"trap", args[1]}
	for _, one := range args[2:] {
		name := strings.TrimPrefix(strings.ToUpper(one), "SIG")
		switch name {
		case "TERM", "15", "INT", "2", "HUP", "1", "QUIT", "3":
			if number, ok := map[string]string{"15": "TERM", "2": "INT", "1": "HUP", "3": "QUIT"}[name]; ok {
				name = number
			}
			r.setTrap(name, action)
		case "EXIT", "0":
			// The interpreter has it too, but for whole scripts, which we give it in parts.
			r.setTrap("EXIT", action)
		default:
			rest = append(rest, one)
		}
	}
	if len(rest) == 2 {
		return []string{"true"}, nil
	}
	return rest, nil
}

func signalName(got os.Signal) string {
	if got == syscall.SIGINT {
		return "INT"
	}
	return "TERM"
}

// exec runs our own commands within this process, other programs as such, and takes what is neither for the image's program.
func (r *run) exec(next interp.ExecHandlerFunc) interp.ExecHandlerFunc {
	return func(ctx context.Context, args []string) error {
		handler := interp.HandlerCtx(ctx)
		inner := &session{ctx: ctx, in: handler.Stdin, out: handler.Stdout, err: handler.Stderr, dir: handler.Dir}
		handler.Env.Each(func(name string, variable expand.Variable) bool {
			if variable.Exported && variable.Kind == expand.String {
				inner.environ = append(inner.environ, name+"="+variable.Str)
			}
			return true
		})
		if inner.in == nil {
			inner.in = strings.NewReader("")
		}
		if run, ok := commands[filepath.Base(args[0])]; ok {
			return exitStatus(run(inner, args[1:]))
		}
		if _, err := interp.LookPathDir(handler.Dir, handler.Env, args[0]); err == nil {
			return next(ctx, args)
		}
		if image, err := readImage(); err == nil && image.OwnProgram {
			return exitStatus(image.play(inner))
		}
		fmt.Fprintf(handler.Stderr, "sh: %s: not found\n", args[0])
		return interp.ExitStatus(127)
	}
}

func exitStatus(status int) error {
	if status == 0 {
		return nil
	}
	return interp.ExitStatus(uint8(status))
}
