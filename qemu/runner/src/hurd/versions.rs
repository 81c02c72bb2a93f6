// SPDX-License-Identifier: GPL-2.0-or-later
//! The suite `versions`: a client of version 1 of shm.defs with today's server, and today's
//! programs with a server of version 1.

use std::ffi::OsString;
use std::path::PathBuf;

use super::options::{
    SHMFS, build_c, build_preload, build_segment, build_server, build_shmfs, build_translator,
};
use super::script::{self, Step};
use super::tests::cargo_tests;
use super::{Libc, Root, Session};
use crate::suites::Run;
use crate::{Result, output};

/// The old server on the node, in front of one that nobody else uses.
const PREPARE: &str = "\
mkdir -p /servers/ipc
settrans -c /servers/ipc/today /hurd/shm
settrans -ca /servers/ipc/shm /bin/old-server /servers/ipc/today
ln -s ipctools /bin/ipcs; ln -s ipctools /bin/lsipc; ln -s ipctools /bin/ipcrm
";

/// What programs of today do with a server of version 1, each with the library preloaded.
const OLD_SERVER: [(&str, &str); 8] = [
    (
        "the_library_works_and_knows_the_version",
        "export SHM_HURD_DEBUG=1
         segment 7 text true 2>/tmp/said
         grep 'segments are those of the server on /servers/ipc/shm, protocol 1$' /tmp/said
         segment 7 | grep '^text, attached by 1$'
         test ! -e /dev/shm/sysvshm-7
         grep '^ *7 ' /servers/ipc/today",
    ),
    (
        "a_server_that_is_busy_is_asked_again",
        "settrans -fga /servers/ipc/shm /bin/old-server /servers/ipc/today 3
         segment 5 text
         segment 5 | grep '^text, attached by 1$'
         settrans -fga /servers/ipc/shm /bin/old-server /servers/ipc/today 1000
         if timeout 20 segment 5 2>/tmp/said; then exit 1; fi
         grep 'Cannot allocate memory' /tmp/said
         settrans -fga /servers/ipc/shm /bin/old-server /servers/ipc/today
         ipcrm -M 5",
    ),
    (
        "users_are_who_they_are",
        "segment 8 mine
         if chroot --userspec=1000:1000 / /bin/segment 8 2>/tmp/said; then exit 1; fi
         grep 'Permission denied' /tmp/said
         chroot --userspec=1000:1000 / /bin/segment 9 theirs
         ipcs -m | grep '0x00000009 .* user1000 '",
    ),
    (
        "ipcs_shows_all_but_who_has_it",
        "segment 7 text
         id=$(ipcs -m | awk '$1 == \"0x00000007\" { print $2 }')
         ipcs -m -i $id >/tmp/out 2>/tmp/errors
         grep \"^Shared memory Segment shmid=$id$\" /tmp/out
         grep '^attached by: not told, the server is older than this question$' /tmp/out
         ipcs -m -u | grep 'segments allocated'
         test ! -s /tmp/errors",
    ),
    (
        "lsipc_shows_all_but_who_has_it",
        "segment 7 text
         id=$(ipcs -m | awk '$1 == \"0x00000007\" { print $2 }')
         lsipc -m | grep '^0x00000007 '
         lsipc -m -i $id >/tmp/out 2>/tmp/errors
         grep '^Attached by: not told, the server is older than this question$' /tmp/out
         lsipc -m -i $id -J | grep '\"holders\": null'
         test ! -s /tmp/errors",
    ),
    (
        "ipcrm_removes_what_is_attached",
        "segment 6 text sh -ec '
             ipcrm -M 6 2>/tmp/errors
             ipcs -m | grep dest'
         test ! -s /tmp/errors
         if segment 6 2>/dev/null; then exit 1; fi",
    ),
    (
        "shmfs_says_which_version_it_needs",
        "if settrans -ca /shm /hurd/shmfs 2>/tmp/said; then exit 1; fi
         grep '/servers/ipc/shm: the server speaks version 1 of the protocol, and files need version 2' /tmp/said
         test $(grep -c . /tmp/said) -le 2",
    ),
    (
        "shmfs_of_another_server_does_not_change_to_an_old_one",
        "segment 7 text
         settrans -ca /shm /hurd/shmfs --server=/servers/ipc/today
         if fsysopts /shm --server=/servers/ipc/shm 2>/tmp/said; then exit 1; fi
         grep 'Invalid argument' /tmp/said
         fsysopts /shm | grep -- '--server=/servers/ipc/today'
         # One server's segments, whatever version a client came with.
         head -c 4 /shm/by-key/0x00000007 | grep '^text$'
         settrans -ga /shm",
    ),
];

/// The suite.
///
/// # Errors
/// A build fails, or the system does not come up.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let session = Session {
        translator: Some(build_translator(root)?),
        rerun: run.rerun(),
        ..Session::default()
    };
    let words = ["--package", "shm", "--test", "versions"];
    let counts = cargo_tests(root, &words, session, run.filter())?;
    run.add_row("versions, old client", counts);

    let steps: Vec<Step> = OLD_SERVER
        .iter()
        .filter(|(name, _)| run.wants(name))
        .map(|(name, script)| Step::new(*name, script))
        .collect();
    let session = old_server(root, run)?;
    let counts = script::run(root, session.clone(), &steps, |_| true)?;
    run.add_row("versions, old server", counts);

    let words = ["--package", "shm", "--test", "shmget", "--test", "shmat"];
    let words = [&words[..], &["--test", "shmdt", "--test", "shmctl"]].concat();
    let counts = cargo_tests(root, &words, session, run.filter())?;
    run.add_row("versions, conformance", counts);
    Ok(())
}

/// A system with the old server on the node, and everything of today that asks it.
fn old_server(root: &Root, run: &Run<'_>) -> Result<Session> {
    let segment = output()?.join("versions-segment");
    build_segment(root, &segment, &[])?;
    let inside = |file: PathBuf, to: &str| (file, to.to_owned());
    Ok(Session {
        libc: Libc::Preload(build_preload(root)?),
        files: vec![
            inside(build_old_server(root)?, "/bin/old-server"),
            inside(build_translator(root)?, "/hurd/shm"),
            inside(build_shmfs(root)?, SHMFS),
            inside(
                build_server(root, "ipctools", "SHM_TOOLS")?,
                "/bin/ipctools",
            ),
            inside(segment, "/bin/segment"),
        ],
        prepare: PREPARE.to_owned(),
        rerun: run.rerun(),
        ..Session::default()
    })
}

fn build_old_server(root: &Root) -> Result<PathBuf> {
    let program = output()?.join("old-server");
    let words = "-Wall -Wextra -Werror -ltrivfs -lports -lfshelp -liohelp -lihash \
                 -lshouldbeinlibc -lhurduser -lmachuser";
    let words: Vec<_> = words.split_whitespace().map(OsString::from).collect();
    build_c(root, "tests/versions/old-server.c", &program, &words)?;
    Ok(program)
}
