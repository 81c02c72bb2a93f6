//! The boots of the bare bed: which programs run together, and with what.
//!
//! The first program of a boot leads: it gets the privileged host port, is
//! resumed by the kernel, and holds the port of each other program's task under
//! that program's name. It starts the others when it is ready for them
//! (`bare_rt::task::start`).

use std::time::Duration;

use crate::Result;
use crate::boot::{Boot, Echo, Outcome};
use crate::image::Module;
use crate::packages::Packages;
use crate::programs;
use crate::report::{Counts, Report};

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

/// What `qemu/test` boots.
pub const TESTS: &[Suite] = &[
    Suite {
        name: "runtime",
        programs: &["rt-test", "rt-client"],
        memory_mib: 256,
        deadline: Duration::from_secs(60),
    },
    Suite {
        name: "bare",
        programs: &["server", "shm-test"],
        memory_mib: 256,
        // 60 s on a machine with little else to do.
        deadline: Duration::from_secs(300),
    },
    // Little memory, by which the program knows which tests to run.
    Suite {
        name: "pressure",
        programs: &["server", "shm-test"],
        memory_mib: 64,
        // 75 s, most of them the kernel's own pauses.
        deadline: Duration::from_secs(240),
    },
];

/// What `qemu/demo` boots.
pub const DEMO: Option<Suite> = Some(Suite {
    name: "demo",
    programs: &["server", "demo"],
    memory_mib: 256,
    deadline: Duration::from_secs(60),
});

/// What `qemu/bench --bare` boots.
pub const BENCH: Option<Suite> = Some(Suite {
    name: "bench",
    programs: &["server", "bench"],
    memory_mib: 512,
    deadline: Duration::from_secs(300),
});

impl Suite {
    /// Builds the programs and boots them.
    ///
    /// # Errors
    /// A build fails, or the boot ends without a verdict.
    pub fn boot(&self, packages: &Packages, echo: Echo, rerun: String) -> Result<Outcome> {
        let files = programs::build(packages, self.programs)?;
        let mut modules = Vec::new();
        for (index, (file, name)) in files.iter().zip(self.programs).enumerate() {
            let module = Module::new(file);
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

/// Boots the test suites and adds what they say to the report.
pub fn test(packages: &Packages, report: &mut Report, echo: Echo, wanted: impl Fn(&str) -> bool) {
    for suite in TESTS.iter().filter(|suite| wanted(suite.name)) {
        println!("==> bare bed: {}", suite.name);
        let counts = suite
            .boot(packages, echo, format!("qemu/test --echo {}", suite.name))
            .and_then(|outcome| {
                for line in outcome
                    .log
                    .iter()
                    .filter(|line| line.contains(" ... FAILED"))
                {
                    println!("{line}");
                }
                println!(
                    "verdict after {:.1} s: {}",
                    outcome.took.as_secs_f64(),
                    outcome.verdict
                );
                Ok(Counts::of_boot(&outcome.log, &outcome.verdict)?)
            })
            .unwrap_or_else(|error| {
                println!("{error}");
                Counts::check(false)
            });
        report.add(suite.name, "bare", counts);
    }
}
