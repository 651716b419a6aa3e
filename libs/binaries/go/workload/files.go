package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// options parts flags from names: `-rf a -- -b` gives "rf" and [a -b].
func options(args []string) (string, []string) {
	flags, names := "", []string{}
	for i, one := range args {
		if one == "--" {
			return flags, append(names, args[i+1:]...)
		}
		if len(one) > 1 && one[0] == '-' {
			flags += strings.TrimLeft(one, "-")
		} else {
			names = append(names, one)
		}
	}
	return flags, names
}

// reason says of an error what a command says: No such file or directory.
func reason(err error) string {
	var number syscall.Errno
	switch {
	case errors.As(err, &number):
		text := number.Error()
		return strings.ToUpper(text[:1]) + text[1:]
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	}
	return err.Error()
}

var fileCommands = map[string]command{
	"ls": list,
	"touch": func(s *session, args []string) int {
		_, names := options(args)
		return each(s, names, func(name string) error {
			file, err := os.OpenFile(s.path(name), os.O_CREATE|os.O_WRONLY, 0o644)
			if err != nil {
				return fmt.Errorf("touch: %s: %s", name, reason(err))
			}
			now := time.Now()
			_ = os.Chtimes(s.path(name), now, now)
			return file.Close()
		})
	},
	"rm": func(s *session, args []string) int {
		flags, names := options(args)
		force, recursive := strings.Contains(flags, "f"), strings.ContainsAny(flags, "rR")
		return each(s, names, func(name string) error {
			path := s.path(name)
			info, err := os.Lstat(path)
			if err != nil {
				if force && errors.Is(err, fs.ErrNotExist) {
					return nil
				}
				return fmt.Errorf("rm: can't remove '%s': %s", name, reason(err))
			}
			if info.IsDir() && !recursive {
				return fmt.Errorf("rm: '%s' is a directory", name)
			}
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("rm: can't remove '%s': %s", name, reason(err))
			}
			return nil
		})
	},
	"mkdir": func(s *session, args []string) int {
		flags, names := options(args)
		return each(s, names, func(name string) error {
			make := os.Mkdir
			if strings.Contains(flags, "p") {
				make = os.MkdirAll
			}
			if err := make(s.path(name), 0o755); err != nil {
				return fmt.Errorf("mkdir: can't create directory '%s': %s", name, reason(err))
			}
			return nil
		})
	},
	"rmdir": func(s *session, args []string) int {
		_, names := options(args)
		return each(s, names, func(name string) error {
			if err := syscall.Rmdir(s.path(name)); err != nil {
				return fmt.Errorf("rmdir: '%s': %s", name, reason(err))
			}
			return nil
		})
	},
	"cp": func(s *session, args []string) int {
		return intoPlace(s, "cp", args, func(from, to string, flags string) error {
			if info, err := os.Stat(from); err == nil && info.IsDir() {
				if !strings.ContainsAny(flags, "rRa") {
					return fmt.Errorf("cp: omitting directory '%s'", from)
				}
				return os.CopyFS(to, os.DirFS(from))
			}
			return copyFile(from, to)
		})
	},
	"mv": func(s *session, args []string) int {
		return intoPlace(s, "mv", args, func(from, to string, _ string) error {
			err := os.Rename(from, to)
			if errors.Is(err, syscall.EXDEV) {
				if err = copyFile(from, to); err == nil {
					err = os.Remove(from)
				}
			}
			return err
		})
	},
	"ln": func(s *session, args []string) int {
		flags, names := options(args)
		if len(names) != 2 {
			return s.fail("ln: usage: ln [-sf] TARGET NAME")
		}
		if strings.Contains(flags, "f") {
			_ = os.Remove(s.path(names[1]))
		}
		var err error
		if strings.Contains(flags, "s") {
			err = os.Symlink(names[0], s.path(names[1]))
		} else {
			err = os.Link(s.path(names[0]), s.path(names[1]))
		}
		if err != nil {
			return s.fail("ln: %s: %s", names[1], reason(err))
		}
		return 0
	},
	"chmod": func(s *session, args []string) int {
		if len(args) < 2 {
			return s.fail("chmod: usage: chmod MODE FILE")
		}
		mode, err := strconv.ParseUint(args[0], 8, 32)
		if err != nil {
			// +x and its like: the same for all.
			mode = 0o755
		}
		return each(s, args[1:], func(name string) error {
			if err := os.Chmod(s.path(name), fs.FileMode(mode)); err != nil {
				return fmt.Errorf("chmod: %s: %s", name, reason(err))
			}
			return nil
		})
	},
	"chown": func(s *session, args []string) int {
		_, names := options(args)
		if len(names) < 2 {
			return s.fail("chown: usage: chown OWNER FILE")
		}
		owner, group, _ := strings.Cut(names[0], ":")
		uid, err := strconv.Atoi(owner)
		if err != nil {
			uid = 0
		}
		gid, err := strconv.Atoi(group)
		if err != nil {
			gid = -1
		}
		return each(s, names[1:], func(name string) error {
			if err := os.Lchown(s.path(name), uid, gid); err != nil {
				return fmt.Errorf("chown: %s: %s", name, reason(err))
			}
			return nil
		})
	},
	"sync": func(*session, []string) int { syscall.Sync(); return 0 },
	"pwd": func(s *session, _ []string) int {
		fmt.Fprintln(s.out, s.dir)
		return 0
	},
	"dd": disk,
}

func each(s *session, names []string, action func(string) error) int {
	status := 0
	for _, name := range names {
		if err := action(name); err != nil {
			status = s.fail("%s", err)
		}
	}
	return status
}

func list(s *session, args []string) int {
	flags, names := options(args)
	if len(names) == 0 {
		names = []string{"."}
	}
	all, long := strings.ContainsAny(flags, "aA"), strings.Contains(flags, "l")
	show := func(name string, info fs.FileInfo) {
		if long {
			fmt.Fprintf(s.out, "%s %10d %s %s\n", info.Mode(), info.Size(), info.ModTime().UTC().Format("Jan _2 15:04"), name)
		} else {
			fmt.Fprintln(s.out, name)
		}
	}
	return each(s, names, func(name string) error {
		path := s.path(name)
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("ls: %s: %s", name, reason(err))
		}
		if !info.IsDir() || strings.Contains(flags, "d") {
			show(name, info)
			return nil
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return fmt.Errorf("ls: can't open '%s': %s", name, reason(err))
		}
		sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
		if len(names) > 1 {
			fmt.Fprintf(s.out, "%s:\n", name)
		}
		for _, entry := range entries {
			if info, err := entry.Info(); err == nil && (all || !strings.HasPrefix(entry.Name(), ".")) {
				show(entry.Name(), info)
			}
		}
		return nil
	})
}

func intoPlace(s *session, name string, args []string, action func(from, to, flags string) error) int {
	flags, names := options(args)
	if len(names) < 2 {
		return s.fail("%s: usage: %s SOURCE TARGET", name, name)
	}
	target := s.path(names[len(names)-1])
	info, err := os.Stat(target)
	into := err == nil && info.IsDir()
	return each(s, names[:len(names)-1], func(source string) error {
		to := target
		if into {
			to = filepath.Join(target, filepath.Base(source))
		}
		if err := action(s.path(source), to, flags); err != nil {
			return fmt.Errorf("%s: can't stat '%s': %s", name, source, reason(err))
		}
		return nil
	})
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		target.Close()
		return err
	}
	return target.Close()
}

// disk is dd, as far as filling a file needs it.
func disk(s *session, args []string) int {
	values := map[string]string{"if": "/dev/stdin", "of": "/dev/stdout", "bs": "512", "count": "-1"}
	for _, one := range args {
		if key, value, ok := strings.Cut(one, "="); ok {
			values[key] = value
		}
	}
	size, ok := quantity(strings.NewReplacer("M", "Mi", "G", "Gi").Replace(values["bs"]))
	count, err := strconv.ParseInt(values["count"], 10, 64)
	if !ok || err != nil || size < 1 {
		return s.fail("dd: invalid number")
	}
	source, err := os.Open(s.path(values["if"]))
	if err != nil {
		return s.fail("dd: can't open '%s': %s", values["if"], reason(err))
	}
	defer source.Close()
	target, err := os.OpenFile(s.path(values["of"]), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return s.fail("dd: can't open '%s': %s", values["of"], reason(err))
	}
	defer target.Close()
	var input io.Reader = source
	if count >= 0 {
		input = io.LimitReader(source, count*int64(size))
	}
	if _, err := io.Copy(target, input); err != nil {
		return s.fail("dd: error writing '%s': %s", values["of"], reason(err))
	}
	return 0
}
