package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

var textCommands = map[string]command{
	"cat": func(s *session, args []string) int {
		_, names := options(args)
		return inputs(s, "cat", names, func(in io.Reader) error { _, err := io.Copy(s.out, in); return err })
	},
	"tee": func(s *session, args []string) int {
		flags, names := options(args)
		mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
		if strings.Contains(flags, "a") {
			mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
		}
		outs := []io.Writer{s.out}
		for _, name := range names {
			file, err := os.OpenFile(s.path(name), mode, 0o644)
			if err != nil {
				return s.fail("tee: %s: %s", name, reason(err))
			}
			defer file.Close()
			outs = append(outs, file)
		}
		_, _ = io.Copy(io.MultiWriter(outs...), s.in)
		return 0
	},
	"grep": grep,
	"head": func(s *session, args []string) int {
		count, names := lineCount(args)
		return inputs(s, "head", names, func(in io.Reader) error {
			for i, reader := 0, bufio.NewReader(in); i < count; i++ {
				line, err := reader.ReadString('\n')
				fmt.Fprint(s.out, line)
				if err != nil {
					break
				}
			}
			return nil
		})
	},
	"tail": tail,
	"wc": func(s *session, args []string) int {
		flags, names := options(args)
		return inputs(s, "wc", names, func(in io.Reader) error {
			text, err := io.ReadAll(in)
			lines, words := bytes.Count(text, []byte{'\n'}), len(bytes.Fields(text))
			switch {
			case strings.Contains(flags, "l"):
				fmt.Fprintln(s.out, lines)
			case strings.Contains(flags, "w"):
				fmt.Fprintln(s.out, words)
			case strings.Contains(flags, "c"):
				fmt.Fprintln(s.out, len(text))
			default:
				fmt.Fprintln(s.out, lines, words, len(text))
			}
			return err
		})
	},
	"sort": func(s *session, args []string) int {
		flags, names := options(args)
		return lines(s, "sort", names, func(all []string) []string {
			if strings.Contains(flags, "n") {
				sort.SliceStable(all, func(i, j int) bool { return leading(all[i]) < leading(all[j]) })
			} else {
				sort.Strings(all)
			}
			if strings.Contains(flags, "r") {
				slices.Reverse(all)
			}
			if strings.Contains(flags, "u") {
				all = slices.Compact(all)
			}
			return all
		})
	},
	"uniq": func(s *session, args []string) int {
		_, names := options(args)
		return lines(s, "uniq", names, slices.Compact[[]string])
	},
	"cut": cut,
	"tr":  translate,
	"sed": substitute,
	"seq": func(s *session, args []string) int {
		numbers := []int{1, 1, 0}
		parsed := make([]int, 0, 3)
		for _, one := range args {
			number, err := strconv.Atoi(one)
			if err != nil {
				return s.fail("seq: invalid number '%s'", one)
			}
			parsed = append(parsed, number)
		}
		switch len(parsed) {
		case 1:
			numbers[2] = parsed[0]
		case 2:
			numbers[0], numbers[2] = parsed[0], parsed[1]
		case 3:
			numbers = parsed
		default:
			return s.fail("seq: usage: seq [FIRST [STEP]] LAST")
		}
		for value := numbers[0]; (numbers[1] > 0 && value <= numbers[2]) || (numbers[1] < 0 && value >= numbers[2]); value += numbers[1] {
			fmt.Fprintln(s.out, value)
		}
		return 0
	},
}

// inputs hands each file, or the standard input without one, to an action.
func inputs(s *session, command string, names []string, action func(io.Reader) error) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	return each(s, names, func(name string) error {
		if name == "-" {
			return action(s.in)
		}
		file, err := os.Open(s.path(name))
		if err != nil {
			return fmt.Errorf("%s: can't open '%s': %s", command, name, reason(err))
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return fmt.Errorf("%s: read error: Is a directory", command)
		}
		return action(file)
	})
}

func lines(s *session, command string, names []string, change func([]string) []string) int {
	all := []string{}
	status := inputs(s, command, names, func(in io.Reader) error {
		text, err := io.ReadAll(in)
		if len(text) > 0 {
			all = append(all, strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")...)
		}
		return err
	})
	for _, line := range change(all) {
		fmt.Fprintln(s.out, line)
	}
	return status
}

func leading(text string) float64 {
	number, _ := strconv.ParseFloat(regexp.MustCompile(`^\s*-?[0-9.]*`).FindString(text), 64)
	return number
}

// lineCount reads -5, -n 5, -n5 and gives 10 without.
func lineCount(args []string) (int, []string) {
	count, names := 10, []string{}
	for i := 0; i < len(args); i++ {
		switch one := args[i]; {
		case (one == "-n" || one == "-c") && i+1 < len(args):
			i++
			count, _ = strconv.Atoi(strings.TrimPrefix(args[i], "-"))
		case len(one) > 1 && one[0] == '-':
			if number, err := strconv.Atoi(strings.TrimLeft(one, "-nc")); err == nil {
				count = number
			}
		default:
			names = append(names, one)
		}
	}
	return count, names
}

func grep(s *session, args []string) int {
	flags, names := options(args)
	if len(names) == 0 {
		fmt.Fprintln(s.err, "grep: usage: grep [-icqvFE] PATTERN [FILE]")
		return 2
	}
	pattern := names[0]
	if strings.Contains(flags, "F") {
		pattern = regexp.QuoteMeta(pattern)
	}
	if strings.Contains(flags, "i") {
		pattern = "(?i)" + pattern
	}
	expression, err := regexp.Compile(pattern)
	if err != nil {
		fmt.Fprintf(s.err, "grep: bad regex '%s'\n", names[0])
		return 2
	}
	found := 0
	inverted, quiet, counted := strings.Contains(flags, "v"), strings.Contains(flags, "q"), strings.Contains(flags, "c")
	status := inputs(s, "grep", names[1:], func(in io.Reader) error {
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			if expression.MatchString(scanner.Text()) == inverted {
				continue
			}
			found++
			if !quiet && !counted {
				fmt.Fprintln(s.out, scanner.Text())
			}
		}
		return scanner.Err()
	})
	if counted {
		fmt.Fprintln(s.out, found)
	}
	switch {
	case status != 0:
		return 2
	case found == 0:
		return 1
	}
	return 0
}

func tail(s *session, args []string) int {
	follow := slices.ContainsFunc(args, func(one string) bool { return one == "-f" || one == "-F" })
	count, names := lineCount(slices.DeleteFunc(slices.Clone(args), func(one string) bool { return one == "-f" || one == "-F" }))
	if !follow || (len(names) == 1 && names[0] == "/dev/null") {
		status := lines(s, "tail", names, func(all []string) []string { return all[max(0, len(all)-count):] })
		if !follow || status != 0 {
			return status
		}
		<-s.ctx.Done()
		return 143
	}
	return inputs(s, "tail", names, func(in io.Reader) error {
		for {
			if _, err := io.Copy(s.out, in); err != nil {
				return err
			}
			if !s.wait(500 * time.Millisecond) {
				return nil
			}
		}
	})
}

func cut(s *session, args []string) int {
	delimiter, fields, names := "\t", "", []string{}
	for i := 0; i < len(args); i++ {
		one := args[i]
		value := func() string {
			if len(one) > 2 {
				return one[2:]
			}
			i++
			if i < len(args) {
				return args[i]
			}
			return ""
		}
		switch {
		case strings.HasPrefix(one, "-d"):
			delimiter = value()
		case strings.HasPrefix(one, "-f"):
			fields = value()
		default:
			names = append(names, one)
		}
	}
	return lines(s, "cut", names, func(all []string) []string {
		for i, line := range all {
			parts, kept := strings.Split(line, delimiter), []string{}
			for number, part := range parts {
				for _, one := range strings.Split(fields, ",") {
					from, to, ranged := strings.Cut(one, "-")
					first, _ := strconv.Atoi(from)
					last, err := strconv.Atoi(to)
					if !ranged {
						last = first
					} else if err != nil {
						last = len(parts)
					}
					if number+1 >= first && number+1 <= last {
						kept = append(kept, part)
						break
					}
				}
			}
			all[i] = strings.Join(kept, delimiter)
		}
		return all
	})
}

func translate(s *session, args []string) int {
	flags, sets := options(args)
	if len(sets) == 0 {
		return s.fail("tr: usage: tr [-d] SET1 [SET2]")
	}
	from, to := set(sets[0]), []rune{}
	if len(sets) > 1 {
		to = set(sets[1])
	}
	text, _ := io.ReadAll(s.in)
	fmt.Fprint(s.out, strings.Map(func(one rune) rune {
		at := slices.Index(from, one)
		switch {
		case at < 0:
			return one
		case strings.Contains(flags, "d") || len(to) == 0:
			return -1
		}
		return to[min(at, len(to)-1)]
	}, string(text)))
	return 0
}

// set spells out a-z and \n.
func set(text string) []rune {
	runes := []rune(strings.NewReplacer(`\n`, "\n", `\t`, "\t", "[:upper:]", "A-Z", "[:lower:]", "a-z", "[:digit:]", "0-9").Replace(text))
	all := []rune{}
	for i := 0; i < len(runes); i++ {
		if i+2 < len(runes) && runes[i+1] == '-' {
			for one := runes[i]; one <= runes[i+2]; one++ {
				all = append(all, one)
			}
			i += 2
		} else {
			all = append(all, runes[i])
		}
	}
	return all
}

// substitute is sed with one s command, which is what scripts in containers use it for.
func substitute(s *session, args []string) int {
	flags, names := options(args)
	if len(names) == 0 || len(names[0]) < 4 || names[0][0] != 's' {
		return s.fail("sed: only s/PATTERN/TEXT/[g] is known here")
	}
	parts := strings.Split(names[0][2:], names[0][1:2])
	if len(parts) != 3 {
		return s.fail("sed: unterminated `s' command")
	}
	expression, err := regexp.Compile(parts[0])
	if err != nil {
		return s.fail("sed: bad regex '%s'", parts[0])
	}
	text := regexp.MustCompile(`\\(\d)`).ReplaceAllString(strings.ReplaceAll(parts[1], "$", "$$"), "$${$1}")
	change := func(line string) string {
		if strings.Contains(parts[2], "g") {
			return expression.ReplaceAllString(line, text)
		}
		done := false
		return expression.ReplaceAllStringFunc(line, func(found string) string {
			if done {
				return found
			}
			done = true
			return expression.ReplaceAllString(found, text)
		})
	}
	if !strings.Contains(flags, "i") {
		return lines(s, "sed", names[1:], func(all []string) []string {
			for i, line := range all {
				all[i] = change(line)
			}
			return all
		})
	}
	return each(s, names[1:], func(name string) error {
		content, err := os.ReadFile(s.path(name))
		if err != nil {
			return fmt.Errorf("sed: %s: %s", name, reason(err))
		}
		all := strings.Split(string(content), "\n")
		for i, line := range all {
			all[i] = change(line)
		}
		return os.WriteFile(s.path(name), []byte(strings.Join(all, "\n")), 0o644)
	})
}
