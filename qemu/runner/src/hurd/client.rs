// SPDX-License-Identifier: GPL-2.0-or-later
//! The client inside the Hurd: what programs and shell scripts can see of it beside the results of
//! the four functions. Each program of `tests/client` runs with the library preloaded and with the
//! patched libc.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Root;
use super::options::{build_preload, build_segment, build_translator, patched_root};
use super::script::{self, Step};
use super::session::{Libc, PRELOAD, Program, Session};
use super::tests::count;
use crate::packages;
use crate::report::Counts;
use crate::suites::Run;
use crate::{Result, workspace};

/// The programs, each a C file.
const PROGRAMS: [&str; 4] = ["ids", "handlers", "hanging", "crowd"];

/// The longest that one of them may take; a busy host is slow.
const LIMIT: Duration = Duration::from_secs(400);

/// The suite `client`.
///
/// # Errors
/// A build fails, or the system does not come up.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let library = build_preload(root)?;
    let programs = PROGRAMS
        .iter()
        .filter(|name| run.filter().is_none_or(|filter| name.contains(filter)))
        .map(|name| build(root, &library, name))
        .collect::<Result<Vec<_>>>()?;
    let counts = with_libc(root, run, Libc::Preload(library.clone()), &programs)?;
    run.add_row("client, preload", counts);
    let counts = scripts(root, run, Libc::Preload(library.clone()), &SCHEMES)?;
    run.add_row("client, schemes", counts);

    match patched_root() {
        Ok(tree) => {
            let counts = with_libc(root, run, Libc::Patched(tree.clone()), &programs)?;
            run.add_row("client, patched", counts);
            // The last step is about a variable that the library alone knows.
            let steps = &SCHEMES[..SCHEMES.len() - 1];
            let counts = scripts(root, run, Libc::Patched(tree), steps)?;
            run.add_row("client, patched schemes", counts);
        }
        Err(missing) => run.skip(format!("client, patched: {missing}")),
    }

    let mut session = system_wide(&library)?;
    session.rerun = run.rerun();
    let counts = steps(root, run, session, &SYSTEM_WIDE)?;
    run.add_row("client, system-wide", counts);
    Ok(())
}

/// What holds, and the script that shows it. All of a list run in one boot, one after the other;
/// each is also good alone.
type Steps = [(&'static str, &'static str)];

/// What all scripts begin with: no node, no segment, no file. `serve` sets the node.
const PROLOGUE: &str = "
    node=/servers/ipc/shm
    settrans -fg $node 2>/dev/null || true
    rm -rf /servers/ipc /dev/shm/sysvshm-*
    serve() { mkdir -p /servers/ipc; settrans -c $node /hurd/shm \"$@\"; }
    rm -f /etc/ld.so.preload
    unset SHM_HURD_DEBUG SHM_HURD_FALLBACK
    ";

/// A process uses one scheme, and says which.
const SCHEMES: [(&str, &str); 9] = [
    (
        "without_a_node_segments_are_files",
        "segment 7 text test -e /dev/shm/sysvshm-7
         segment 7 | grep '^text, '",
    ),
    (
        "a_node_without_a_server_is_none",
        "mkdir -p /servers/ipc; : >$node
         segment 7 text test -e /dev/shm/sysvshm-7",
    ),
    (
        "with_a_server_there_are_no_files",
        "serve
         segment 7 text sh -ec 'cat /servers/ipc/shm | grep \"^ *7 \"; test ! -e /dev/shm/sysvshm-7'",
    ),
    (
        "the_node_is_set_while_a_process_has_files",
        // The outer one goes on with its file, and detaches it; the inner one is served.
        "segment 7 outer sh -ec '
             mkdir -p /servers/ipc; settrans -c /servers/ipc/shm /hurd/shm
             segment 8 inner sh -ec \"grep -q \\\"^ *8 \\\" /servers/ipc/shm\"
             test ! -e /dev/shm/sysvshm-8'
         test -e /dev/shm/sysvshm-7
         if grep '^ *7 ' $node; then exit 1; fi",
    ),
    (
        "the_node_goes_while_a_process_is_served",
        "serve
         if segment 7 outer sh -ec '
             settrans -fg /servers/ipc/shm; rm /servers/ipc/shm
             segment 8 inner test -e /dev/shm/sysvshm-8
             echo reached >/tmp/reached' 2>/tmp/errors; then exit 1; fi
         grep reached /tmp/reached; rm /tmp/reached
         # It does not fall back to files: its segment was never there.
         grep 'shmdt: Function not implemented' /tmp/errors
         test ! -e /dev/shm/sysvshm-7",
    ),
    (
        "a_translator_that_dies_hides_nothing",
        "mkdir -p /servers/ipc; settrans -c $node /bin/false
         if segment 7 text 2>/tmp/errors; then exit 1; fi
         grep 'Function not implemented' /tmp/errors
         test ! -e /dev/shm/sysvshm-7",
    ),
    (
        "debug_tells_the_scheme",
        "export SHM_HURD_DEBUG=1
         segment 7 text 2>&1 | grep 'no server is on /servers/ipc/shm: segments are files'
         serve
         segment 7 text true 2>/tmp/said
         test $(grep -c 'segments are those of the server on /servers/ipc/shm, protocol' /tmp/said) = 1
         test $(wc -l </tmp/said) = 1
         SHM_HURD_DEBUG=0 segment 7 text true 2>/tmp/said
         test ! -s /tmp/said",
    ),
    (
        "debug_tells_the_limit",
        "serve --shmmni=1 --shmmax=1M
         export SHM_HURD_DEBUG=1
         segment 7 text
         if segment 8 text 2>/tmp/said; then exit 1; fi
         grep 'shmget: ENOSPC: limit --shmmni, 1 segments, 1 exist' /tmp/said
         fsysopts $node --shmmni=10 --shmmax=1000
         if segment 8 text 2>/tmp/said; then exit 1; fi
         grep 'shmget: EINVAL: limit --shmmax, 1000 bytes' /tmp/said
         fsysopts $node --shmmax=1M --shmall=1
         if segment 8 text 2>/tmp/said; then exit 1; fi
         grep 'shmget: ENOSPC: limit --shmall, 1 pages, 1 are taken' /tmp/said
         if segment 9 2>/tmp/said; then exit 1; fi
         grep 'shmget: ENOENT' /tmp/said",
    ),
    (
        "files_can_be_refused",
        "export SHM_HURD_FALLBACK=none
         if segment 7 text 2>/tmp/errors; then exit 1; fi
         grep 'Function not implemented' /tmp/errors
         test ! -e /dev/shm/sysvshm-7",
    ),
];

/// The library in all programs. Where the dynamic linker reads no list, the command says so.
const SYSTEM_WIDE: [(&str, &str); 6] = [
    (
        "nothing_is_enabled_at_first",
        "if shm-hurd-preload status; then exit 1; fi
         serve
         segment 7 text test -e /dev/shm/sysvshm-7",
    ),
    (
        "enabling_reaches_all_programs_or_changes_nothing",
        "serve
         if ! shm-hurd-preload enable 2>/tmp/said; then
             grep 'does not read /etc/ld.so.preload: nothing is changed' /tmp/said
             test ! -e /etc/ld.so.preload
             if shm-hurd-preload status; then exit 1; fi
             exit 0
         fi
         shm-hurd-preload status | grep '^enabled: .*/lib/libshm-hurd.so$'
         env -i /bin/segment 7 text
         grep '^ *7 ' $node
         # As cron starts what it starts.
         env -i HOME=/ SHELL=/bin/sh /bin/sh -c '/bin/segment 8 text'
         grep '^ *8 ' $node
         test ! -e /dev/shm/sysvshm-7",
    ),
    (
        "a_variable_reaches_set_user_id_programs",
        "serve
         cp /bin/segment /tmp/suid; chmod 4755 /tmp/suid; chmod u+s /lib/libshm-hurd.so
         export LD_PRELOAD=libshm-hurd.so SHM_HURD_DEBUG=1
         chroot --userspec=1000:1000 / /tmp/suid 7 text 2>/tmp/said
         unset LD_PRELOAD; rm /tmp/suid; chmod u-s /lib/libshm-hurd.so
         # Created by root, the file's owner.
         test \"$(awk '$1 == 7 { print $8, $10 }' $node)\" = '0 0'
         # It takes no orders of ours from the environment.
         test ! -s /tmp/said",
    ),
    (
        "other_entries_and_comments_stay",
        "is() { test \"$(cat /etc/ld.so.preload)\" = \"$(printf \"$1\")\"; }
         printf '# mine\\n/lib/libm.so.6\\n/lib/libshm-hurd.so\\n' >/etc/ld.so.preload
         shm-hurd-preload status
         shm-hurd-preload disable
         shm-hurd-preload disable
         is '# mine\\n/lib/libm.so.6'
         printf '/lib/libm.so.6:/old/libshm-hurd.so # both\\n/lib/libm.so.6' >/etc/ld.so.preload
         if shm-hurd-preload status; then exit 1; else test $? = 2; fi
         shm-hurd-preload disable
         is '/lib/libm.so.6 # both\\n/lib/libm.so.6'
         shm-hurd-preload enable || is '/lib/libm.so.6 # both\\n/lib/libm.so.6'
         test $(stat -c %a /etc/ld.so.preload) = 644",
    ),
    (
        "an_empty_list_is_removed",
        "echo /lib/libshm-hurd.so >/etc/ld.so.preload
         shm-hurd-preload disable
         test ! -e /etc/ld.so.preload
         if shm-hurd-preload status; then exit 1; else test $? = 1; fi
         for left in /etc/ld.so.preload.*; do test ! -e \"$left\"; done",
    ),
    (
        "a_library_that_cannot_be_loaded_is_not_entered",
        "mv /lib/libshm-hurd.so /tmp/kept
         echo nothing >/lib/libshm-hurd.so
         if shm-hurd-preload enable 2>/tmp/said; then bad=yes; else bad=; fi
         mv /tmp/kept /lib/libshm-hurd.so
         test -z \"$bad\"
         grep 'cannot be loaded' /tmp/said
         test ! -e /etc/ld.so.preload",
    ),
];

/// The scripts with `libc`, and no node yet.
fn scripts(root: &Root, run: &Run<'_>, libc: Libc, list: &Steps) -> Result<Counts> {
    let session = Session {
        libc,
        rerun: run.rerun(),
        ..Session::default()
    };
    steps(root, run, session, list)
}

/// The root's own libc, with the library where the package puts it.
fn system_wide(library: &Path) -> Result<Session> {
    Ok(Session {
        files: vec![
            (library.to_owned(), PRELOAD.to_owned()),
            (
                workspace().join("glibc/shm-hurd-preload"),
                "/sbin/shm-hurd-preload".to_owned(),
            ),
        ],
        prepare: "chmod 755 /sbin/shm-hurd-preload\n".to_owned(),
        ..Session::default()
    })
}

fn steps(root: &Root, run: &Run<'_>, mut session: Session, list: &Steps) -> Result<Counts> {
    let segment = crate::output()?.join("client-segment");
    build_segment(root, &segment, &[])?;
    session.files.push((segment, "/bin/segment".to_owned()));
    session
        .files
        .push((build_translator(root)?, "/hurd/shm".to_owned()));
    let list: Vec<Step> = list
        .iter()
        .filter(|(name, _)| run.filter().is_none_or(|filter| name.contains(filter)))
        .map(|(name, script)| Step::new(*name, &format!("{PROLOGUE}{script}")))
        .collect();
    script::run(root, session, &list, |_| true)
}

/// Builds `tests/client/NAME.c` with the stubs of shm.defs that `make -C glibc` left beside
/// `library`.
fn build(root: &Root, library: &Path, name: &str) -> Result<PathBuf> {
    let beside = library
        .parent()
        .ok_or("the preload library has no directory")?;
    let program = crate::output()?.join(format!("client-{name}"));
    packages::run(
        Command::new(workspace().join("qemu/cc"))
            .env("HURD_ROOT", root.path())
            .args(["-O1", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(workspace().join("defs"))
            .arg("-I")
            .arg(beside.join("include"))
            .arg("-o")
            .arg(&program)
            .arg(workspace().join(format!("tests/client/{name}.c")))
            .arg(beside.join("sysvshmUser.o"))
            .args(["-lhurduser", "-lmachuser"]),
    )?;
    Ok(program)
}

fn with_libc(root: &Root, run: &Run<'_>, libc: Libc, programs: &[PathBuf]) -> Result<Counts> {
    let session = Session {
        translator: Some(build_translator(root)?),
        libc,
        rerun: run.rerun(),
        programs: programs
            .iter()
            .map(|file| Program {
                timeout: LIMIT,
                ..Program::new(file)
            })
            .collect(),
        ..Session::default()
    };
    let finished = session.run(root, |_, _| {})?;
    let mut counts = Counts::default();
    for (program, it) in session.programs.iter().zip(&finished) {
        for line in String::from_utf8_lossy(&it.output).lines() {
            println!("{line}");
        }
        print!("{}", String::from_utf8_lossy(&it.errors));
        counts.join(count(&program.command, it));
    }
    Ok(counts)
}
