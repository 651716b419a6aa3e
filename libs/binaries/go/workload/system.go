package main

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var systemCommands = map[string]command{
	"true":  func(*session, []string) int { return 0 },
	"false": func(*session, []string) int { return 1 },
	"env": func(s *session, args []string) int {
		inner := *s
		for len(args) > 0 && strings.Contains(args[0], "=") {
			inner.environ = append(slices.Clone(inner.environ), args[0])
			args = args[1:]
		}
		if len(args) > 0 {
			return dispatch(&inner, args)
		}
		for _, one := range inner.environ {
			fmt.Fprintln(s.out, one)
		}
		return 0
	},
	"printenv": func(s *session, args []string) int {
		if len(args) == 0 {
			for _, one := range s.environ {
				fmt.Fprintln(s.out, one)
			}
			return 0
		}
		status := 0
		for _, name := range args {
			if value, ok := s.variable(name); ok {
				fmt.Fprintln(s.out, value)
			} else {
				status = 1
			}
		}
		return status
	},
	"hostname": func(s *session, args []string) int {
		if len(args) > 0 && args[0] == "-i" {
			fmt.Fprintln(s.out, ownAddress())
		} else {
			fmt.Fprintln(s.out, podName())
		}
		return 0
	},
	"date": date,
	"whoami": func(s *session, _ []string) int {
		fmt.Fprintln(s.out, userName(os.Getuid()))
		return 0
	},
	"id": func(s *session, args []string) int {
		uid, gid := os.Getuid(), os.Getgid()
		switch flags, _ := options(args); {
		case strings.Contains(flags, "u"):
			fmt.Fprintln(s.out, uid)
		case strings.Contains(flags, "g"):
			fmt.Fprintln(s.out, gid)
		case uid == 0:
			fmt.Fprintln(s.out, "uid=0(root) gid=0(root) groups=0(root)")
		default:
			fmt.Fprintf(s.out, "uid=%d gid=%d groups=%d\n", uid, gid, gid)
		}
		return 0
	},
	"uname": func(s *session, args []string) int {
		var names syscall.Utsname
		_ = syscall.Uname(&names)
		text := func(field [65]int8) string {
			var bytes []byte
			for _, one := range field {
				if one == 0 {
					break
				}
				bytes = append(bytes, byte(one))
			}
			return string(bytes)
		}
		if flags, _ := options(args); strings.Contains(flags, "a") {
			fmt.Fprintln(s.out, "Linux", text(names.Nodename), text(names.Release), text(names.Machine), "GNU/Linux")
		} else if strings.Contains(flags, "r") {
			fmt.Fprintln(s.out, text(names.Release))
		} else {
			fmt.Fprintln(s.out, "Linux")
		}
		return 0
	},
	"nproc": func(s *session, _ []string) int {
		fmt.Fprintln(s.out, runtime.NumCPU())
		return 0
	},
	"ps": processes,
	"sleep": func(s *session, args []string) int {
		total, endless := time.Duration(0), false
		for _, one := range args {
			if one == "infinity" || one == "inf" {
				endless = true
				continue
			}
			duration, ok := seconds(one)
			if !ok {
				return s.fail("sleep: invalid number '%s'", strings.Join(args, " "))
			}
			total += duration
		}
		if len(args) == 0 {
			return s.fail("sleep: invalid number ''")
		}
		if endless {
			<-s.ctx.Done()
			return 143
		}
		if !s.wait(total) {
			return 143
		}
		return 0
	},
	"kill": func(s *session, args []string) int {
		number, names := syscall.SIGTERM, args
		if len(args) > 0 && strings.HasPrefix(args[0], "-") {
			names = args[1:]
			name := strings.TrimPrefix(strings.TrimPrefix(args[0], "-"), "SIG")
			known := map[string]syscall.Signal{"KILL": 9, "TERM": 15, "INT": 2, "HUP": 1, "USR1": 10, "USR2": 12, "STOP": 19, "CONT": 18}
			if found, ok := known[name]; ok {
				number = found
			} else if value, err := strconv.Atoi(name); err == nil {
				number = syscall.Signal(value)
			} else {
				return s.fail("kill: bad signal name '%s'", name)
			}
		}
		return each(s, names, func(name string) error {
			pid, err := strconv.Atoi(name)
			if err != nil {
				return fmt.Errorf("kill: invalid number '%s'", name)
			}
			if err := syscall.Kill(pid, number); err != nil {
				return fmt.Errorf("kill: can't kill pid %d: %s", pid, reason(err))
			}
			return nil
		})
	},
	"stress": stress,
}

// seconds reads 5, 0.5, 10s, 2m, 1h and 1d.
func seconds(text string) (time.Duration, bool) {
	unit := time.Second
	if units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}; text != "" {
		if found, ok := units[text[len(text)-1]]; ok {
			unit, text = found, text[:len(text)-1]
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	return time.Duration(value * float64(unit)), err == nil && value >= 0
}

func date(s *session, args []string) int {
	now := time.Now().UTC()
	for _, one := range args {
		if !strings.HasPrefix(one, "+") {
			continue
		}
		layouts := map[byte]string{
			'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'F': "2006-01-02", 'T': "15:04:05",
			'Z': "MST", 'z': "-0700", 'a': "Mon", 'b': "Jan", 'N': "000000000",
		}
		var text strings.Builder
		for i := 1; i < len(one); i++ {
			if one[i] != '%' || i+1 == len(one) {
				text.WriteByte(one[i])
				continue
			}
			i++
			if one[i] == 's' {
				text.WriteString(strconv.FormatInt(now.Unix(), 10))
			} else if one[i] == 'N' {
				fmt.Fprintf(&text, "%09d", now.Nanosecond())
			} else {
				text.WriteString(now.Format(layouts[one[i]]))
			}
		}
		fmt.Fprintln(s.out, text.String())
		return 0
	}
	fmt.Fprintln(s.out, now.Format("Mon Jan _2 15:04:05 UTC 2006"))
	return 0
}

func userName(uid int) string {
	if uid == 0 {
		return "root"
	}
	if found, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return found.Username
	}
	return strconv.Itoa(uid)
}

func ownAddress() string {
	addresses, _ := net.InterfaceAddrs()
	for _, one := range addresses {
		if prefix, ok := one.(*net.IPNet); ok && !prefix.IP.IsLoopback() && prefix.IP.To4() != nil {
			return prefix.IP.String()
		}
	}
	return ""
}

func processes(s *session, _ []string) int {
	fmt.Fprintln(s.out, "PID   USER     TIME  COMMAND")
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	ids := []int{}
	for _, path := range paths {
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		ids = append(ids, id)
	}
	sort.Ints(ids)
	for _, id := range ids {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", id))
		if err != nil {
			continue
		}
		owner := "root"
		if info, err := os.Stat(fmt.Sprintf("/proc/%d", id)); err == nil {
			owner = userName(int(info.Sys().(*syscall.Stat_t).Uid))
		}
		words := strings.TrimSpace(strings.ReplaceAll(string(content), "\x00", " "))
		fmt.Fprintf(s.out, "%5d %-8s %2d:%02d %s\n", id, owner, 0, 0, words)
	}
	return 0
}

// stress holds memory as the program of that name does.
func stress(s *session, args []string) int {
	value := func(flag, otherwise string) string {
		if at := slices.Index(args, flag); at >= 0 && at+1 < len(args) {
			return args[at+1]
		}
		return otherwise
	}
	workers, _ := strconv.Atoi(value("--vm", "0"))
	cpus, _ := strconv.Atoi(value("--cpu", "0"))
	size, ok := quantity(strings.NewReplacer("K", "Ki", "M", "Mi", "G", "Gi").Replace(value("--vm-bytes", "256M")))
	if !ok {
		return s.fail("stress: FAIL: unrecognized --vm-bytes")
	}
	fmt.Fprintf(s.out, "stress: info: [1] dispatching hogs: %d cpu, 0 io, %d vm, 0 hdd\n", cpus, workers)
	lasts, limited := seconds(value("--timeout", "-"))
	if !limited {
		lasts = 1000 * time.Hour
	}
	if workers > 0 {
		hold(int64(size) * int64(workers))
	}
	burn(float64(cpus), lasts)
	if !s.wait(lasts) {
		return 143
	}
	return 0
}

func commandNames() []string {
	names := []string{}
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
