// SPDX-License-Identifier: GPL-2.0-or-later
//! Programs that know nothing of us, unmodified from Debian's source packages, inside the Hurd:
//! util-linux's tools and perl's functions, with our client preloaded and patched into libc.
//!
//! See `source_package` for how they are built.

use std::path::PathBuf;

use super::Root;
use super::options::{build_preload, build_segment, build_translator, patched_root};
use super::script::{self, Step};
use super::session::{Libc, Session};
use super::source_package::Package;
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

const PACKAGES: [Package; 2] = [
    Package {
        name: "util-linux",
        programs: &["ipcs", "ipcrm", "ipcmk"],
        parts: &[],
    },
    Package {
        name: "perl",
        programs: &["perl"],
        parts: &[],
    },
];

/// glibc's own test, where `glibc/build` leaves it in the patched tree.
const GLIBC_TEST: &str = "libexec/test-sysvshm";

/// The suite `foreign`. What it lacks is noted.
///
/// # Errors
/// The translator or the library cannot be built.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let mut files = Vec::new();
    for package in &PACKAGES {
        match package.built(root) {
            Ok(Ok(built)) => {
                run.note(format!("foreign: {} {}", package.name, built.version));
                files.extend(built.files);
            }
            Ok(Err(missing)) => run.skip(missing),
            Err(error) => {
                println!("{error}");
                run.add_row(&format!("foreign, {}", package.name), Counts::check(false));
            }
        }
    }
    let patched = patched_root();
    if let Ok(tree) = &patched {
        match tree.join(GLIBC_TEST) {
            test if test.exists() => files.push((test, "/bin/test-sysvshm".to_owned())),
            test => run.skip(format!(
                "foreign: no {}: glibc/build makes it",
                test.display()
            )),
        }
    }
    let preloaded = build_preload(root).map(Libc::Preload);
    for (name, libc) in [
        ("foreign, preload", preloaded),
        (
            "foreign, patched",
            patched.map(Libc::Patched).map_err(Into::into),
        ),
    ] {
        match libc {
            Ok(libc) => {
                let counts = with_libc(root, run, libc, &files).unwrap_or_else(|error| {
                    println!("{error}");
                    Counts::check(false)
                });
                run.add_row(name, counts);
            }
            Err(missing) => run.skip(format!("{name}: {missing}")),
        }
    }
    Ok(())
}

fn with_libc(
    root: &Root,
    run: &Run<'_>,
    libc: Libc,
    files: &[(PathBuf, String)],
) -> Result<Counts> {
    let segment = crate::output()?.join("segment");
    build_segment(root, &segment, &[])?;
    let mut session = Session {
        translator: Some(build_translator(root)?),
        libc,
        files: files.to_vec(),
        rerun: run.rerun(),
        ..Session::default()
    };
    let script = workspace().join("tests/foreign/shm.pl");
    session.files.push((script, "/tmp/shm.pl".to_owned()));
    session.files.push((segment, "/bin/segment".to_owned()));
    let has = |name: &str| files.iter().any(|(_, to)| to.ends_with(name));
    let (steps, left_out): (Vec<Step>, Vec<Step>) = STEPS
        .iter()
        .filter(|(program, ..)| has(program))
        .map(|(program, name, script)| Step::new(format!("{program}_{name}"), script))
        .partition(|step| run.wants(step.name()));
    let mut counts = script::run(root, session, &steps, |_| true)?;
    counts.filtered += u32::try_from(left_out.len())?;
    Ok(counts)
}

/// Needed program, what holds, and the script that shows it.
const STEPS: [(&str, &str, &str); 14] = [
    (
        "ipcmk",
        "makes_what_ipcs_lists",
        "id=$(ipcmk -M 5000 -p 0640 | sed -n 's/^Shared memory id: //p')
         ipcs -m | grep -E \"^0x[0-9a-f]+ +$id +root +640 +5000 +0 *$\"",
    ),
    (
        "ipcs",
        "shows_one_segment",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -i $id | grep 'bytes=4096'
         ipcs -m -i $id | grep 'nattch=0'",
    ),
    (
        "ipcs",
        "shows_limits",
        "ipcs -m -l | grep 'max number of segments = 4096'",
    ),
    (
        "ipcs",
        "shows_usage",
        "ipcmk -M 4096
         ipcs -m -u | grep 'segments allocated [1-9]'",
    ),
    (
        "ipcs",
        "shows_creators",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -c | grep -E \"^$id +644 +root +root +root +root *$\"",
    ),
    (
        "ipcs",
        "shows_times",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -t | grep -E \"^$id +root +Not set +Not set +[A-Z][a-z]+ +[0-9]\"",
    ),
    (
        "ipcs",
        "shows_processes",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -p | grep -E \"^$id +root +[1-9][0-9]* +0 *$\"",
    ),
    (
        "ipcrm",
        "removes_by_id",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         ipcs -m -i $id | grep 'bytes=4096'
         ipcrm -m $id
         ipcs -m -i $id 2>&1 | grep \"id $id not found\"",
    ),
    // ipcmk's keys are random: two spaces keep a key's last digits from being taken for the id.
    (
        "ipcrm",
        "removes_by_key",
        "id=$(ipcmk -M 4096 | sed 's/.*: //')
         key=$(ipcs -m | sed -n \"s/^\\(0x[0-9a-f]*\\)  *$id .*/\\1/p\")
         ipcrm -M $key
         ipcs -m -i $id 2>&1 | grep \"id $id not found\"",
    ),
    // The removed segment loses its key, so it is known by its id.
    (
        "ipcrm",
        "leaves_a_segment_to_who_is_attached",
        "segment 7 held sh -euc '
             id=$(ipcs -m | sed -n \"s/^0x00000007  *\\([0-9]*\\) .*/\\1/p\")
             echo $id >/tmp/held
             ipcs -m | grep -E \"^0x00000007 +$id +root +600 +4096 +1 *$\"
             ipcrm -m $id
             ipcs -m | grep -E \"^0x00000000 +$id +root +600 +4096 +1 +dest *$\"'
         id=$(cat /tmp/held)
         ipcs -m -i $id 2>&1 | grep \"id $id not found\"",
    ),
    (
        "ipcrm",
        "removes_all",
        "ipcmk -M 4096; ipcmk -M 8192
         ipcrm --all=shm
         ipcs -m -u | grep 'segments allocated 0'",
    ),
    (
        "ipcrm",
        "of_what_is_not_there_is_an_error",
        "if ipcrm -m 32700 2>/tmp/errors; then exit 1; fi
         grep 'invalid id (32700)' /tmp/errors
         if ipcrm -M 0x7ffe 2>/tmp/errors; then exit 1; fi
         grep 'invalid key (0x7ffe)' /tmp/errors",
    ),
    ("perl", "reads_what_it_wrote", "perl /tmp/shm.pl"),
    ("test-sysvshm", "of_glibc_passes", "test-sysvshm"),
];
