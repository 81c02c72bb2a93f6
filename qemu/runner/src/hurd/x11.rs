// SPDX-License-Identifier: GPL-2.0-or-later
//! The suite `x11`: an X server with MIT-SHM, unmodified, and a client of ours that looks at every
//! pixel.
//!
//! The server is Xvfb, whose screen is memory. Each step has a server of its own. What decides is
//! that server and client see each other's bytes, that each end of either leaves the right number
//! of attachments, and that nothing is left when both are gone.

use std::path::PathBuf;
use std::time::Duration;

use super::Root;
use super::options::{build_c, build_translator};
use super::program;
use super::script::{self, Outcome, Step};
use super::session::{Libc, Session};
use super::source_package::{Built, Package, Part};
use crate::Result;
use crate::known::Known;
use crate::report::Counts;
use crate::suites::Run;

const PACKAGE: Package = Package {
    name: "xorg-server",
    programs: &["Xvfb", "xkbcomp", "xkb.tar"],
    parts: &PARTS,
};

/// The server, the libraries that it and its client are linked with, and files without machine
/// code. The newest versions whose files were all there.
#[rustfmt::skip]
const PARTS: [Part; 19] = [
    Part::source("xorg-server", "2:21.1.16-1.3+deb13u3",
        "59fa52b63f6f8747ee2c4716decb29ced249c4c574e2a18c96b7d3b1420f7fd9"),
    Part::source("x11-xkb-utils", "7.7+9",
        "27ae7efb512f3b816c66b7c7290f28de4ae811972e06c5e27a9124d2eab766d4"),
    Part::source("pixman", "0.46.4-1",
        "d09c44ebc3bd5bee7021c79f922fe8fb2fb57f7320f55e97ff9914d2346a591c"),
    Part::source("xtrans", "1.4.0-1",
        "48ed850ce772fef1b44ca23639b0a57e38884045ed2cbb18ab137ef33ec713f9"),
    Part::source("libxau", "1:1.0.11-1",
        "3a321aaceb803577a4776a5efe78836eb095a9e44bbc7a465d29463e1a14f189"),
    Part::source("libxdmcp", "1:1.1.5-2",
        "31a7abc4f129dcf6f27ae912c3eedcb94d25ad2e8f317f69df6eda0bc4e4f2f3"),
    Part::source("libpthread-stubs", "0.5-2",
        "593196cc746173d1e25cb54a93a87fd749952df68699aab7e02c085530e87747"),
    Part::source("libxcb", "1.17.0-2",
        "2c69287424c9e2128cb47ffe92171e10417041ec2963bceafb65cb3fcf8f0b85"),
    Part::source("libx11", "2:1.8.12-1",
        "220fbcf54b6e4d8dc40076ff4ab87954358019982490b33c7802190b62d89ce1"),
    Part::source("libxext", "2:1.3.4-1",
        "8ef0789f282826661ff40a8eef22430378516ac580167da35cc948be9041aac1"),
    Part::source("libxkbfile", "1:1.1.0-1",
        "2a92adda3992aa7cbad758ef0b8dfeaedebb49338b772c64ddf369d78c1c51d3"),
    Part::source("libfontenc", "1:1.1.8-1",
        "b55039f70959a1b2f02f4ec8db071e5170528d2c9180b30575dccf7510d7fb9f"),
    Part::source("libxfont", "1:2.0.6-2",
        "a944df7b6837c8fa2067f6a5fc25d89b0acc4011cd0bc085106a03557fb502fc"),
    Part::source("libmd", "1.0.4-2",
        "f51c921042e34beddeded4b75557656559cf5b1f2448033b4c1eec11c07e530f"),
    Part::source("zlib", "1:1.3.dfsg+really1.3.2-4",
        "7b6903eb019983987b7112eccf90f1703f1c6c0e0cede36564bf611d19ca579d"),
    Part::data("x11proto-dev", "2024.1-1",
        "6a6764500eb8171d3cd6d793c09902974f8ea87bd20c68d9eac5f1eeaf3fc407"),
    Part::data("xcb-proto", "1.17.0-1",
        "45d8455db9b689093f613eaa4937cf09cbf19a91ded5ffde072712ad815a71de"),
    Part::data("python3-xcbgen", "1.17.0-1",
        "9cf9ae5a685ff7a344e91dbac5a88cfc4c64d98c7eb91604578d3e26884a74fb"),
    Part::data("xkb-data", "2.42-1",
        "196ff18533382f64e057ea49df2bb486bd4275a4cc0917361edb560b8756dada"),
];

/// Its section in doc/known-to-work.md.
const PROGRAM: &str = "Xvfb, X.Org's server whose screen is memory, with MIT-SHM";

/// The longest that one step may take; the figures take two minutes on an idle machine.
const LIMIT: Duration = Duration::from_secs(400);

/// What holds, and the script that shows it.
const STEPS: [(&str, &str); 17] = [
    (
        "server_starts_and_speaks_mit_shm",
        "start 1000
         as 1001 xshm version
         stop",
    ),
    (
        "images_agree_pixel_by_pixel",
        "start 1000
         as 1001 xshm images
         stop",
    ),
    (
        "segment_attached_for_reading_gives_and_takes_nothing",
        "start 1000
         as 1001 xshm read-only
         stop",
    ),
    (
        "segment_removed_after_the_server_attached_serves_on",
        "start 1000
         as 1001 xshm removed after
         stop",
    ),
    (
        "segment_removed_before_the_server_attaches_serves_too",
        "start 1000
         as 1001 xshm removed before
         stop",
    ),
    (
        "completion_event_comes_when_the_data_was_read",
        "start 1000
         as 1001 xshm completion
         stop",
    ),
    (
        "pixmap_in_a_segment_is_seen_from_both_sides",
        "start 1000
         as 1001 xshm pixmap
         stop",
    ),
    (
        "three_hundred_segments_come_and_go",
        "start 1000
         as 1001 xshm rounds 300
         none_left
         stop",
    ),
    (
        "four_clients_at_once_see_their_own_pixels",
        "start 1000
         for client in 1 2 3 4; do
             as 100$((client % 3 + 1)) xshm rounds 60 & clients=\"${clients-} $!\"
         done
         for client in $clients; do wait $client; done
         none_left
         stop",
    ),
    (
        "ids_of_no_segment_are_refused",
        "start 1000
         as 1001 xshm stale
         stop",
    ),
    (
        "killed_client_leaves_a_segment_without_attachments",
        "start 1000
         as 1001 xshm hold keep >/tmp/held & client=$!
         id=$(announced /tmp/held)
         xshm nattch $id 2
         kill -9 $client
         ! wait $client
         xshm nattch $id 0
         as 1001 xshm remove $id
         xshm gone $id
         stop",
    ),
    (
        "killed_client_of_removed_segments_leaves_nothing",
        "start 1000
         for round in 1 2 3 4 5; do
             rm -f /tmp/held
             as 1001 xshm hold remove >/tmp/held & client=$!
             id=$(announced /tmp/held)
             xshm nattch $id 2
             kill -9 $client
             ! wait $client
             xshm gone $id
         done
         stop",
    ),
    (
        "killed_server_leaves_its_clients_their_segments",
        "start 1000
         for client in 1 2 3; do
             as 100$client xshm survive >/tmp/survivor$client & clients=\"${clients-} $!\"
         done
         for client in 1 2 3; do
             xshm nattch $(announced /tmp/survivor$client) 2
         done
         kill_server
         for client in $clients; do wait $client; done
         none_left",
    ),
    (
        "server_of_another_user_attaches_what_the_mode_lets_it",
        "start 1000
         as 1001 xshm refuse 600 rw
         as 1001 xshm refuse 600 ro
         as 1001 xshm refuse 640 ro
         as 1001 xshm refuse 644 rw
         as 1001 xshm refuse 622 ro
         as 1001 xshm grant 604 ro
         as 1001 xshm grant 606 rw
         as 1001 xshm grant 666 rw
         stop",
    ),
    (
        "server_of_root_refuses_by_the_mode_that_is_reported",
        "start 0
         as 1001 xshm refuse 600 rw
         as 1001 xshm refuse 600 ro
         as 1001 xshm refuse 644 rw
         as 1001 xshm grant 604 ro
         as 1001 xshm grant 606 rw
         stop",
    ),
    (
        "screen_in_a_segment_shows_what_is_drawn",
        "start 1000 -shmem
         id=$(sed -n 's/.*screen 0 shmid //p' /tmp/server.log)
         as 1001 xshm screen $id
         end_server
         xshm nattch $id 0
         as 1000 xshm remove $id
         none_left
         rm -f /tmp/server.log
         start 1000 -shmem
         id=$(sed -n 's/.*screen 0 shmid //p' /tmp/server.log)
         xshm nattch $id 1
         kill_server
         xshm nattch $id 0
         as 1000 xshm remove $id
         none_left",
    ),
    (
        "ten_servers_leave_nothing",
        "for round in 1 2 3 4 5 6 7 8 9 10; do
             echo $round
             start 1000
             echo started
             as 1001 xshm rounds 5
             echo ran
             stop
         done",
    ),
];

/// Speeds in pixels a second, medians of five, the incumbent's and ours by turns in one boot, with a
/// server of each. `put` and `get` go over the socket and show how even the two servers are.
const FIGURES: (&str, &str) = (
    "figures_by_turns",
    "run='env -u LD_PRELOAD'
     DISPLAY=:2
     start 1000
     incumbent=$server
     run=
     DISPLAY=:1
     start 1000
     trap 'kill -9 $server $incumbent' EXIT
     median() { sort -n /tmp/$1 | sed -n 3p; }
     for what in put shm-put get shm-get life; do
         for size in '640 480' '64 64'; do
             rm -f /tmp/ours /tmp/incumbent
             for round in 1 2 3 4 5; do
                 DISPLAY=:2 env -u LD_PRELOAD xshm speed $what $size >>/tmp/incumbent
                 DISPLAY=:1 xshm speed $what $size >>/tmp/ours
             done
             echo $(median ours) $(median incumbent) | awk -v what=\"$what $size\" '
                 { printf \"figure: %s: ours %.2f, incumbent %.2f million pixels/s, ratio %.2f\\n\",
                          what, $1 / 1e6, $2 / 1e6, $1 / $2 }'
         done
     done
     end_server
     server=$incumbent
     end_server",
);

/// The suite. A filter is a part of a row's name or of a step's.
///
/// # Errors
/// The X server, its client, the translator or the library cannot be built.
pub fn suite(root: &Root, run: &mut Run<'_>) -> Result<()> {
    let Some(built) = PACKAGE.ready(root, run)? else {
        return Ok(());
    };
    let mut files = program::files(root, run, &built)?;
    files.push((build_client(root, &built)?, "/bin/xshm".to_owned()));
    let (mut with, mut gains) = (Vec::new(), Vec::new());
    program::with_each_libc(root, run, |run, libc_name, libc| {
        let row = format!("x11, {libc_name}");
        let session = session(run, &files, libc, Some(build_translator(root)?));
        let (outcomes, filtered) = outcomes(root, run, &row, session, libc_name == "preload")?;
        let counts = Counts {
            filtered,
            ..script::count(&outcomes)
        };
        for figure in outcomes.iter().flat_map(|it| it.lines("figure: ")) {
            run.note(format!("{row}: {figure}"));
            gains.push(figure);
        }
        if counts.failures.is_empty() && filtered == 0 {
            with.push(libc_name.to_owned());
        }
        run.add_row(&row, counts);
        Ok(())
    })?;
    // Its failures are the reason for this project, not a fault of it.
    let session = session(run, &files, Libc::Incumbent, None);
    let (outcomes, filtered) = outcomes(root, run, "x11, incumbent", session, false)?;
    let summary = program::summary(&outcomes, outcomes.len());
    if !outcomes.is_empty() {
        run.note(format!("x11, incumbent: {summary}"));
    }
    run.known(Known {
        program: PROGRAM.to_owned(),
        version: format!("{}, Debian's source", built.version),
        suite: "x11".to_owned(),
        with,
        held: step_names(),
        gains,
        set: "mode 0666 for a client's segments: a socket of the Hurd does not name its user"
            .to_owned(),
        incumbent: (filtered == 0).then_some(summary),
        notes: Vec::new(),
    });
    Ok(())
}

/// The names of all steps that have to hold with every libc of ours.
#[must_use]
pub fn step_names() -> Vec<String> {
    STEPS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Our client, with Debian's libXext.
fn build_client(root: &Root, built: &Built) -> Result<PathBuf> {
    let client = crate::output()?.join("xshm");
    let libraries = built.out.join("client");
    let mut words = vec!["-I".into(), libraries.join("include").into_os_string()];
    words.extend(["-L".into(), libraries.join("lib").into_os_string()]);
    words.extend(["Xext", "X11", "xcb", "Xau", "Xdmcp"].map(|name| format!("-l{name}").into()));
    build_c(root, "tests/foreign/xshm.c", &client, &words)?;
    Ok(client)
}

/// What came of the steps that the filter lets through, and how many it does not.
fn outcomes(
    root: &Root,
    run: &Run<'_>,
    row: &str,
    session: Session,
    figures: bool,
) -> Result<(Vec<Outcome>, u32)> {
    let (steps, left_out): (Vec<Step>, Vec<Step>) = STEPS
        .iter()
        .copied()
        .chain(figures.then_some(FIGURES))
        .map(|(name, script)| Step::new(name, &program::script("x11", script)).within(LIMIT))
        .partition(|step| run.wants(row) || run.wants(step.name()));
    Ok((
        script::outcomes(root, session, &steps)?,
        u32::try_from(left_out.len())?,
    ))
}

fn session(
    run: &Run<'_>,
    files: &[(PathBuf, String)],
    libc: Libc,
    translator: Option<PathBuf>,
) -> Session {
    Session {
        translator,
        libc,
        files: files.to_vec(),
        disk_mib: 20,
        rerun: run.rerun(),
        ..Session::default()
    }
}
