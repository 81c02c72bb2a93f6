// SPDX-License-Identifier: GPL-2.0-or-later
//! The README's commands: every one of them is run by a test.

use std::fs;
use std::process;

use crate::hurd::package::Package;
use crate::hurd::script::{self, Step};
use crate::hurd::{Root, Session};
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

/// The section whose commands are for a Hurd, but for those of `qemu/`: the suite `readme` runs them there.
const GUEST: &str = "Use on a Hurd";

/// The section whose commands are for developers: the suite `develop` runs those that `qemu/test`
/// is not itself.
const DEVELOP: &str = "Develop";

/// A command of a block that begins with "```console", and the output that README shows for it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown<'a> {
    line: &'a str,
    output: Vec<&'a str>,
}

/// The commands of console blocks: lines that begin with "# ", each with its output below.
fn shown(text: &str) -> Vec<Shown<'_>> {
    let mut found: Vec<Shown<'_>> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("# ").filter(|_| inside) {
            found.push(Shown {
                line: command,
                output: Vec::new(),
            });
        } else if let Some(last) = found.last_mut().filter(|_| inside) {
            last.output.push(line);
        }
    }
    found
}

/// Whether `real` is what README shows, where "..." in a word stands for any characters, and a
/// line "..." for any lines. Blanks between words may differ in number.
fn agrees(shown: &[&str], real: &[&str]) -> bool {
    match (shown, real) {
        ([], []) => true,
        (["..."], _) => true,
        (["...", rest @ ..], _) => (0..=real.len()).any(|skip| agrees(rest, &real[skip..])),
        ([line, shown @ ..], [other, real @ ..]) => {
            let (line, other): (Vec<_>, Vec<_>) = (
                line.split_whitespace().collect(),
                other.split_whitespace().collect(),
            );
            line.len() == other.len()
                && line.iter().zip(&other).all(|(shown, real)| {
                    shown
                        .split_once("...")
                        .map_or(shown == real, |(head, tail)| {
                            real.len() >= head.len() + tail.len()
                                && real.starts_with(head)
                                && real.ends_with(tail)
                        })
                })
                && agrees(shown, real)
        }
        _ => false,
    }
}

/// A line of a block that begins with "```sh".
#[derive(Debug, Clone, PartialEq, Eq)]
struct Command<'a> {
    section: &'a str,
    line: &'a str,
}

impl Command<'_> {
    fn is_guests(&self) -> bool {
        self.section == GUEST && !self.line.starts_with("qemu/")
    }

    /// `qemu/test` and names of suites, which a run of all suites runs.
    fn is_suites(&self) -> bool {
        self.section == DEVELOP && self.line.starts_with("qemu/test ")
    }

    fn is_developers(&self) -> bool {
        (self.section == DEVELOP && !self.is_suites()) || self.line.starts_with("qemu/bench")
    }
}

fn read() -> Result<String> {
    Ok(fs::read_to_string(workspace().join("README.md"))?)
}

/// The commands of a text, in order, without what follows them as a comment.
fn commands(text: &str) -> Vec<Command<'_>> {
    let mut found = Vec::new();
    let (mut section, mut inside) = ("", false);
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let line = match line.starts_with('#') {
                true => "",
                false => line.split(" #").next().unwrap_or_default().trim(),
            };
            if !line.is_empty() {
                found.push(Command { section, line });
            }
        } else if let Some(title) = line.strip_prefix("## ") {
            section = title;
        }
    }
    found
}

/// The suite `demo`: the first command that a reader tries.
///
/// # Errors
/// The command cannot be started.
pub fn demo(run: &mut Run<'_>) -> Result<()> {
    let status = process::Command::new(workspace().join("qemu/demo"))
        .current_dir(workspace())
        .status()?;
    run.add(Counts::check("qemu/demo", status.success()));
    Ok(())
}

/// The suite `develop`: the commands for developers that need a Hurd root.
///
/// # Errors
/// README.md cannot be read.
pub fn develop(_root: &Root, run: &mut Run<'_>) -> Result<()> {
    let text = read()?;
    let mut counts = Counts::default();
    for command in commands(&text).iter().filter(|it| it.is_developers()) {
        println!("$ {}", command.line);
        let ran = process::Command::new("sh")
            .args(["-c", command.line])
            .current_dir(workspace())
            .status();
        counts.add(command.line, ran.is_ok_and(|status| status.success()));
    }
    run.add(counts);
    Ok(())
}

/// The suite `readme`: the commands for a Hurd, one by one in a Hurd with the package's files.
///
/// # Errors
/// The package cannot be built, or the system does not come up.
pub fn guest(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let text = read()?;
    let shown = shown(&text);
    // Each runs in a shell of its own: what earlier ones exported goes before it.
    let mut exports = String::new();
    let mut examples = Vec::new();
    for it in &shown {
        examples.push(Step::new(it.line, &format!("{exports}{}", it.line)));
        if it.line.starts_with("export ") {
            exports += it.line;
            exports.push('\n');
        }
    }
    let steps: Vec<Step> = commands(&text)
        .iter()
        .filter(|command| command.is_guests())
        .map(|command| Step::new(command.line, command.line))
        .chain(examples)
        .collect();
    if steps.is_empty() || shown.is_empty() {
        return Err(format!("README.md has no commands under \"{GUEST}\"").into());
    }
    let mut session = Session {
        rerun: run.rerun(),
        ..Package::build(root)?.session()?
    };
    // As the package's postinst does, which also sets the translator: here README does.
    for tool in ["ipcs", "ipcmk", "ipcrm", "lsipc"] {
        session.prepare += &format!("ln -s /usr/lib/shm-hurd/ipctools /usr/bin/{tool}\n");
    }
    let mut counts = Counts::default();
    let outcomes = script::outcomes(root, session, &steps)?;
    let first_example = steps.len() - shown.len();
    for (index, outcome) in outcomes.iter().enumerate() {
        let real = String::from_utf8_lossy(&outcome.finished.output);
        let real: Vec<&str> = real.lines().collect();
        let example = index
            .checked_sub(first_example)
            .and_then(|index| shown.get(index));
        let as_shown = example.is_none_or(|example| agrees(&example.output, &real));
        if !as_shown {
            println!(
                "README shows for `{}`:\n{}\nThe Hurd answers:\n{}",
                outcome.name,
                example.map_or(String::new(), |it| it.output.join("\n")),
                real.join("\n")
            );
        }
        let held = outcome.held && as_shown && outcome.finished.errors.is_empty();
        counts.add(&outcome.name, held);
    }
    run.add(counts);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands of the host, and the suite, or the script, that runs them.
    const HOST: [(&str, &str); 3] = [
        ("qemu/demo", "demo"),
        ("qemu/bench --quick --rounds 3", "develop"),
        ("qemu/test", ".ci/run"),
    ];

    #[test]
    fn every_command_of_the_readme_is_run_by_a_test() {
        let text = read().unwrap();
        let commands = commands(&text);
        for command in &commands {
            let by_name = HOST.iter().any(|(line, _)| *line == command.line);
            assert!(
                by_name || command.is_guests() || command.is_suites() || command.is_developers(),
                "no test runs `{}`: name it in qemu/runner/src/readme.rs",
                command.line
            );
        }
        for (line, _) in HOST {
            let there = commands.iter().any(|command| command.line == line);
            assert!(there, "README.md has no line `{line}`");
        }
        assert!(commands.iter().any(Command::is_guests));
        let ci = fs::read_to_string(workspace().join(".ci/run")).unwrap();
        assert!(ci.contains("exec qemu/test"));
    }

    #[test]
    fn no_command_of_the_readme_hides_in_another_kind_of_block() {
        let text = read().unwrap();
        for fence in text.lines().filter(|line| line.contains("```")) {
            let known = ["```", "```sh", "```console", "```mermaid"];
            assert!(known.contains(&fence), "{fence}");
        }
    }

    #[test]
    fn output_is_compared_word_by_word() {
        let text = "```console\n# a b\nx  1\ny\n# c\n```\n# d\n";
        let examples = shown(text);
        assert_eq!(examples.len(), 2);
        assert_eq!(examples[0].line, "a b");
        assert!(agrees(&examples[0].output, &["x 1", "y"]));
        assert!(!agrees(&examples[0].output, &["x 2", "y"]));
        assert!(!agrees(&examples[0].output, &["x 1"]));
        assert!(agrees(&examples[1].output, &[]));
        assert!(agrees(
            &["0x... 1", "...", "end"],
            &["0xab 1", "p", "q", "end"]
        ));
        assert!(!agrees(&["0x... 1", "...", "end"], &["0xab 1", "p"]));
    }

    #[test]
    fn comments_and_other_blocks_are_no_commands() {
        let text = "## A\n```sh\na b  # why\n# c\n\n```\n## B\n```x\nd\n```\ne\n```sh\nf\n```\n";
        let wanted = [("A", "a b"), ("B", "f")];
        let wanted = wanted.map(|(section, line)| Command { section, line });
        assert_eq!(commands(text), wanted);
    }
}
