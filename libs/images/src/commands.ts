/** The commands that the program `workload` offers in a container: what it prints for `workload commands`. */
export const commandNames: readonly string[] = `
[ ash bash cat chmod chown cp curl cut date dash dd echo env false getent grep head hostname id kill ln ls mkdir mv nc nproc nslookup
printenv printf ps pwd rm rmdir sed seq sh sleep sort stress sync tail tee test timeout tini touch tr true uname uniq wc wget whoami
`
  .trim()
  .split(/\s+/);
