// SPDX-License-Identifier: GPL-2.0-or-later
//! The boots of the bare bed: which programs run together, and with what.
//!
//! The first program of a boot leads: it gets the privileged host port, is
//! resumed by the kernel, and holds the port of each other program's task under
//! that program's name. It starts the others when it is ready for them
//! (`bare_rt::task::start`).

use std::time::Duration;

use crate::boot::{Boot, Echo, Outcome};
use crate::image::Module;
use crate::packages::Packages;
use crate::programs;
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, Usage};

/// A boot of some programs of the package `bare`.
#[derive(Debug)]
pub struct Suite {
    /// Its name in reports and on the command line.
    pub name: &'static str,
    /// The leading program, then those it starts.
    pub programs: &'static [&'static str],
    /// Memory of the machine.
    pub memory_mib: u32,
    /// Limit of the whole boot.
    pub deadline: Duration,
}

/// The suite `runtime`.
pub const RUNTIME: Suite = Suite {
    name: "runtime",
    programs: &["rt-test", "rt-client"],
    memory_mib: 256,
    deadline: Duration::from_secs(60),
};

/// The suite `bare`.
pub const BARE: Suite = Suite {
    name: "bare",
    programs: &["server", "shm-test"],
    memory_mib: 256,
    // 60 s on a machine with little else to do.
    deadline: Duration::from_secs(300),
};

/// The suite `pressure`. By the little memory the program knows which tests to run.
pub const PRESSURE: Suite = Suite {
    name: "pressure",
    programs: &["server", "shm-test"],
    memory_mib: 64,
    // 75 s, most of them the kernel's own pauses.
    deadline: Duration::from_secs(240),
};

/// The suite `bare-sid`: the same on Debian's newest kernel.
pub const BARE_SID: Suite = Suite {
    name: "bare-sid",
    ..BARE
};

/// What `qemu/demo` boots.
pub const DEMO: Suite = Suite {
    name: "demo",
    programs: &["server", "demo"],
    memory_mib: 256,
    deadline: Duration::from_secs(60),
};

/// What `qemu/bench --bare` boots.
pub const BENCH: Suite = Suite {
    name: "bench",
    programs: &["server", "bench"],
    memory_mib: 512,
    deadline: Duration::from_secs(300),
};

impl Suite {
    /// Builds the programs and boots them. Only tests whose names contain `filter` are run.
    ///
    /// # Errors
    /// A build fails, the filter cannot be a word of a boot module's line, or the boot ends
    /// without a verdict.
    pub fn boot(
        &self,
        packages: &Packages,
        echo: Echo,
        filter: Option<&str>,
        rerun: String,
    ) -> Result<Outcome> {
        let filter = filter.map(filter_word).transpose()?;
        let files = programs::build(packages, self.programs)?;
        let mut modules = Vec::new();
        for (index, (file, name)) in files.iter().zip(self.programs).enumerate() {
            let module = Module::new(file).words(filter.clone());
            modules.push(if index == 0 {
                module
                    .word("host-port=${host-port}")
                    .word("device-port=${device-port}")
                    .words(
                        self.programs[1..]
                            .iter()
                            .map(|name| format!("{name}=${{{name}}}")),
                    )
                    .word("$(task-create)")
                    .word("$(task-resume)")
            } else {
                module.word(format!("$({name}=task-create)"))
            });
        }
        let name = format!("bare-{}", self.name);
        let mut boot = Boot::new(name, packages.kernel(), modules);
        boot.memory_mib = self.memory_mib;
        boot.deadline = self.deadline;
        boot.echo = echo;
        boot.rerun = rerun;
        boot.run()
    }
}

/// A filter as a word of a module's line. There a blank ends a word, so an underscore stands for
/// it: `bare_rt::suite` takes one for the other.
fn filter_word(filter: &str) -> Result<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-.,:".contains(c);
    if filter.is_empty() || !filter.chars().all(plain) {
        return Err(Usage(format!(
            "{filter}: on the bare bed a filter has letters, digits, blanks and _-.,: only"
        ))
        .into());
    }
    Ok(format!("filter={}", filter.replace(' ', "_")))
}

/// Boots a suite of tests and adds what it says to the report.
///
/// # Errors
/// As for [`Suite::boot`], or the verdict does not add up.
pub fn test(suite: &Suite, run: &mut Run<'_>) -> Result<()> {
    test_with(suite, run.packages, run)
}

/// The suite `bare-sid`. Where no mirror has the kernel, one line says so.
///
/// # Errors
/// As for [`test`].
pub fn newest(run: &mut Run<'_>) -> Result<()> {
    match Packages::newest_kernel()? {
        Ok(kernel) => {
            run.note(format!("bare-sid: GNU Mach {}", kernel.version));
            test_with(&BARE_SID, &run.packages.with_kernel(&kernel), run)
        }
        Err(missing) => {
            run.skip(format!("bare-sid: {missing}"));
            Ok(())
        }
    }
}

fn test_with(suite: &Suite, packages: &Packages, run: &mut Run<'_>) -> Result<()> {
    let rerun = run.rerun().replacen("test", "test --echo", 1);
    let outcome = suite.boot(packages, run.echo, run.filter(), rerun)?;
    for line in &outcome.log {
        if line.contains(" ... FAILED") {
            println!("{line}");
        }
    }
    println!(
        "verdict after {:.1} s: {}",
        outcome.took.as_secs_f64(),
        outcome.verdict
    );
    run.add(Counts::of_boot(&outcome.log, &outcome.verdict)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_one_word_of_the_module_line() {
        assert_eq!(filter_word("a null").unwrap(), "filter=a_null");
        for filter in ["", "${host-port}", "it's", "a\nb"] {
            assert!(filter_word(filter).is_err(), "{filter}");
        }
    }
}
