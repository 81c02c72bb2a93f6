// SPDX-License-Identifier: GPL-2.0-or-later
//! ipcs(1), lsipc(1), ipcrm(1), ipcmk(1): ours beside util-linux's, byte by byte, on Linux's own
//! shared memory. Each test has an IPC namespace of its own, so it needs root; what it starts is in it too.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use sysvshm::client::{self, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, SHM_NORESERVE};

/// Nobody's number in the password file, so it is shown as a number.
const NAMELESS: u32 = 61_234;
/// Another one; owns what NAMELESS may not remove.
const STRANGER: u32 = 61_235;

/// Our tools where any user can start them, and the certainty that util-linux's are there.
struct Bench {
    folder: PathBuf,
}

/// What a tool did.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    stdout: String,
    stderr: String,
    status: Option<i32>,
}

#[derive(Clone, Copy, Debug)]
enum Whose {
    UtilLinux,
    Ours,
}

impl Bench {
    /// `None`, and one line that says why, where the comparison cannot be made.
    fn new() -> Option<Bench> {
        let skip = |why: &str| {
            static SAID: Once = Once::new();
            // Past the test harness, which keeps what a passing test prints.
            SAID.call_once(|| {
                let line = format!("skipped: all of tests/tools.rs: {why}\n");
                let _ = io::stderr().write_all(line.as_bytes());
            });
            None
        };
        let version = Command::new("ipcs").arg("--version").output();
        match version {
            Ok(version) if version.stdout.starts_with(b"ipcs from util-linux ") => {}
            _ => return skip("util-linux's ipcs is not installed"),
        }
        if !own_namespace() {
            return skip("no IPC namespace of our own without CAP_SYS_ADMIN");
        }
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let name = format!("shm-tools-{}-{serial}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        // By another process: a child of another test that held our copy open for writing while
        // it starts would make it "Text file busy".
        let binary = env!("CARGO_BIN_EXE_ipctools");
        assert!(
            Command::new("cp")
                .arg(binary)
                .arg(&folder)
                .status()
                .unwrap()
                .success()
        );
        for tool in ["ipcs", "lsipc", "ipcrm", "ipcmk"] {
            symlink("ipctools", folder.join(tool)).unwrap();
        }
        Some(Bench { folder })
    }

    fn command(&self, whose: Whose, tool: &str) -> Command {
        let mut command = match whose {
            Whose::UtilLinux => Command::new(tool),
            Whose::Ours => Command::new(self.folder.join(tool)),
        };
        command.arg0(tool).env("LC_ALL", "C").stdin(Stdio::null());
        command
    }

    fn run(&self, whose: Whose, tool: &str, uid: u32, words: &[&str]) -> Ran {
        let mut command = self.command(whose, tool);
        if uid != 0 {
            command.uid(uid).gid(uid).current_dir("/");
        }
        finished(command.args(words))
    }

    /// Runs both in the namespace as it is; for words that change nothing.
    #[track_caller]
    fn same(&self, tool: &str, uid: u32, words: &[&str]) {
        let theirs = self.run(Whose::UtilLinux, tool, uid, words);
        let ours = self.run(Whose::Ours, tool, uid, words);
        assert_eq!(
            ours, theirs,
            "left: ours, right: util-linux's: {tool} {words:?}, uid {uid}"
        );
    }

    /// Runs each in a new namespace that `set_up` filled the same way, and compares what they
    /// said and what they left.
    #[track_caller]
    fn same_effect(&self, set_up: fn(), tool: &str, uid: u32, words: &[&str]) -> Ran {
        let [theirs, ours] = [Whose::UtilLinux, Whose::Ours].map(|whose| {
            assert!(own_namespace());
            set_up();
            let ran = self.run(whose, tool, uid, words);
            (ran, left_over())
        });
        assert_eq!(
            ours, theirs,
            "left: ours, right: util-linux's: {tool} {words:?}, uid {uid}"
        );
        ours.0
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn finished(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        status: output.status.code(),
    }
}

/// A new, empty IPC namespace for this thread and what it starts.
fn own_namespace() -> bool {
    // SAFETY: changes only which IPC objects this thread sees.
    unsafe { libc::unshare(libc::CLONE_NEWIPC) == 0 }
}

/// Id, owner, bytes and mode of every segment.
fn left_over() -> Vec<(i32, u32, usize, u32)> {
    let (_, highest) = client::shm_info().unwrap();
    let found = (0..=highest).filter_map(|index| client::stat_index_any(index).ok());
    found
        .map(|(id, ds)| (id, ds.shm_perm.uid, ds.shm_segsz, ds.shm_perm.mode))
        .collect()
}

fn make(key: i32, bytes: usize, mode: i32) -> i32 {
    client::get(key, bytes, mode | IPC_CREAT | IPC_EXCL).unwrap()
}

/// An attachment, until dropped.
struct Attached(*mut u8);

impl Attached {
    fn new(id: i32) -> Attached {
        // SAFETY: anywhere, so nothing is replaced.
        let address = unsafe { client::attach(id, std::ptr::null(), 0) }.unwrap();
        // SAFETY: changes only what children get: no attachment, whose count and last process the
        // start of a tool by another test would change.
        let kept = unsafe { libc::madvise(address.cast(), 1, libc::MADV_DONTFORK) };
        assert_eq!(kept, 0, "{}", io::Error::last_os_error());
        Attached(address)
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: nothing reads or writes through the attachment.
        unsafe { client::detach(self.0) }.unwrap();
    }
}

/// A user of the password file whose name does not fit its column, or root.
fn long_named_user() -> u32 {
    let file = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut users = file.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let long = users.find(|fields| fields[0].len() > 10);
    long.and_then(|fields| fields[2].parse().ok()).unwrap_or(0)
}

/// Segments of every kind that ipcs tells apart: sizes, modes, owners, creators, keys; removed,
/// locked, attached, once attached; and a hole in the table.
fn populate(bench: &Bench) -> (Vec<i32>, Vec<Attached>) {
    let mut ids = vec![make(IPC_PRIVATE, 1, 0o600), make(0x1234, 1 << 20, 0o777)];
    let hole = make(IPC_PRIVATE, 1, 0);
    let huge = client::get(-1, 5 << 30, 0o644 | IPC_CREAT | SHM_NORESERVE);
    ids.push(huge.unwrap());
    for bytes in [1023, 1024, 1075, 1076, 1536, 123_456, (1 << 20) - 1] {
        ids.push(make(IPC_PRIVATE, bytes, 0o640));
    }
    ids.push(make(i32::MIN, 4096, 0));
    for (uid, gid) in [
        (long_named_user(), 5),
        (NAMELESS, NAMELESS),
        (u32::MAX - 1, 0),
    ] {
        let id = make(IPC_PRIVATE, 4096, 0o600);
        client::set(id, uid, gid, 0o604).unwrap();
        ids.push(id);
    }
    let made = bench.run(
        Whose::UtilLinux,
        "ipcmk",
        NAMELESS,
        &["-M", "7777", "-p", "400"],
    );
    ids.push(
        made.stdout
            .trim()
            .rsplit(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap(),
    );

    let [locked, removed, both, detached] = [0x10, 0x11, 0x12, 0x13].map(|k| make(k, 10, 0o600));
    let attached = vec![
        Attached::new(removed),
        Attached::new(removed),
        Attached::new(both),
    ];
    drop(Attached::new(detached));
    client::lock(locked).unwrap();
    client::lock(both).unwrap();
    client::remove(removed).unwrap();
    client::remove(both).unwrap();
    client::remove(hole).unwrap();
    ids.extend([locked, removed, both, detached]);
    (ids, attached)
}

const VIEWS: [&[&str]; 9] = [
    &[],
    &["-t"],
    &["-p"],
    &["-c"],
    &["-l"],
    &["-u"],
    &["--time"],
    &["--limits"],
    &["-lt"],
];
const UNITS: [&[&str]; 4] = [&[], &["-b"], &["--human"], &["--human", "--bytes"]];

#[test]
fn ipcs_shows_an_empty_system_alike() {
    let Some(bench) = Bench::new() else { return };
    for (view, units) in VIEWS
        .iter()
        .flat_map(|view| UNITS.map(|units| (view, units)))
    {
        bench.same("ipcs", 0, &[&["-m"], *view, units].concat());
    }
}

#[test]
fn ipcs_shows_every_kind_of_segment_alike() {
    let Some(bench) = Bench::new() else { return };
    let (ids, _attached) = populate(&bench);
    for (view, units) in VIEWS
        .iter()
        .flat_map(|view| UNITS.map(|units| (*view, units)))
    {
        bench.same("ipcs", 0, &[&["--shmems"], view, units].concat());
    }
    for id in ids {
        for units in UNITS {
            bench.same("ipcs", 0, &[&["-m", "-i", &id.to_string()], units].concat());
        }
    }
    let shown = bench.run(Whose::Ours, "ipcs", 0, &["-m"]).stdout;
    for sight in [
        "0x80000000",
        "0xffffffff",
        "5368709120",
        "dest",
        "locked",
        "61234",
    ] {
        assert!(shown.contains(sight), "{sight} in\n{shown}");
    }
}

/// shmctl(2), SHM_STAT_ANY: util-linux needs /proc/sysvipc/shm for the same.
#[test]
fn ipcs_shows_segments_that_the_caller_may_not_read() {
    let Some(bench) = Bench::new() else { return };
    let (ids, _attached) = populate(&bench);
    for view in VIEWS {
        bench.same("ipcs", NAMELESS, &[&["-m"], view].concat());
    }
    for id in &ids {
        bench.same("ipcs", NAMELESS, &["-m", "-i", &id.to_string()]);
    }
    let rows = bench
        .run(Whose::Ours, "ipcs", NAMELESS, &["-m"])
        .stdout
        .lines()
        .count();
    assert_eq!(
        rows,
        ids.len() + 4,
        "a blank line, two of heading, the rows, a blank line"
    );
}

#[test]
fn ipcs_shows_times_of_any_zone_alike() {
    let Some(bench) = Bench::new() else { return };
    let (ids, _attached) = populate(&bench);
    let detached = ids.last().unwrap().to_string();
    for zone in ["UTC", "EST5EDT", "<+1245>-12:45", "Asia/Kolkata", "nowhere"] {
        for words in [&["-m", "-t"][..], &["-m", "-i", &detached]] {
            let [theirs, ours] = [Whose::UtilLinux, Whose::Ours]
                .map(|whose| finished(bench.command(whose, "ipcs").env("TZ", zone).args(words)));
            assert_eq!(ours, theirs, "{zone} {words:?}");
            assert!(!words.contains(&"-t") || ours.stdout.contains("Not set"));
        }
    }
}

#[test]
fn ipcs_refuses_alike() {
    let Some(bench) = Bench::new() else { return };
    let id = make(IPC_PRIVATE, 1, 0o600).to_string();
    for words in [
        &["-m", "-i", "99"][..],
        &["-m", "-i", "2147483647"],
        &["-m", "-i", "2147483648"],
        &["-m", "-i", "99999999999999999999"],
        &["-m", "-i", "one"],
        &["-m", "-i", ""],
        &["-m", "-i"],
        &["-m", "--id"],
        &["-i", &id],
        &["-x"],
        &["-mx"],
        &["--nothing"],
        &["--nothing=1"],
        &["--s"],
        &["--c=1"],
    ] {
        bench.same("ipcs", 0, words);
    }
}

#[test]
fn ipcs_reads_its_options_alike() {
    let Some(bench) = Bench::new() else { return };
    let id = make(0x99, 12_345, 0o600).to_string();
    for words in [
        &["-m", "operand", "-t"][..],
        &["--shm", "--cr"],
        &["--sh", "--hum"],
        &["-mp", "-b"],
        &["-tm"],
        &["-m", &format!("-i{id}")],
        &["-m", &format!("--id={id}")],
        &["-m", "--i", &format!(" +{id}")],
        &["-m", "--", "-t"],
        &["-m", "-"],
    ] {
        bench.same("ipcs", 0, words);
    }
    let [theirs, ours] = [Whose::UtilLinux, Whose::Ours].map(|whose| {
        let mut command = bench.command(whose, "ipcs");
        finished(
            command
                .env("POSIXLY_CORRECT", "1")
                .args(["-m", "operand", "-t"]),
        )
    });
    assert_eq!(ours, theirs);
}

/// The Hurd has no queues and semaphores: the sections are empty, and a note says so.
#[test]
fn ipcs_shows_the_sections_of_queues_and_semaphores_only_when_asked() {
    let Some(bench) = Bench::new() else { return };
    make(0x99, 12_345, 0o600);
    for view in [&[][..], &["-t"], &["-p"], &["-c"], &["--human"]] {
        for resource in ["-q", "-s", "-a"] {
            let words = [&[resource], view].concat();
            let theirs = bench.run(Whose::UtilLinux, "ipcs", 0, &words);
            let ours = bench.run(Whose::Ours, "ipcs", 0, &words);
            assert_eq!(
                (&ours.stdout, ours.status),
                (&theirs.stdout, Some(0)),
                "{words:?}"
            );
            let note = "ipcs: GNU/Hurd has no System V message queues and semaphores; \
                        only shared memory is shown\n";
            assert_eq!(ours.stderr, note, "{words:?}");
        }
        let alone = bench.run(Whose::Ours, "ipcs", 0, view);
        assert_eq!(
            alone,
            bench.run(Whose::Ours, "ipcs", 0, &[&["-m"], view].concat())
        );
    }
    let limits = bench.run(Whose::Ours, "ipcs", 0, &["-qsl"]).stdout;
    assert_eq!(
        limits,
        "\nunable to fetch message limits\n\nunable to fetch semaphore limits\n\n"
    );
    let absent = bench.run(Whose::Ours, "ipcs", 0, &["-q", "-i", "5"]);
    assert_eq!((absent.stdout.as_str(), absent.status), ("", Some(0)));
    assert!(
        absent.stderr.ends_with("ipcs: id 5 not found\n"),
        "{}",
        absent.stderr
    );
}

/// util-linux shows the first segment there is.
#[test]
fn ipcs_finds_no_segment_with_a_negative_id() {
    let Some(bench) = Bench::new() else { return };
    make(0x99, 12_345, 0o600);
    let ran = bench.run(Whose::Ours, "ipcs", 0, &["-m", "-i", "-1"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(ran.stderr, "ipcs: id -1 not found\n");
}

/// The columns of lsipc, which all apply to a segment.
const COLUMNS: &str = "KEY,ID,OWNER,PERMS,CUID,CUSER,CGID,CGROUP,UID,USER,GID,GROUP,CTIME,SIZE,\
                       NATTCH,STATUS,ATTACH,DETACH,COMMAND,CPID,LPID";
const FORMS: [&[&str]; 9] = [
    &[],
    &["-J"],
    &["--json", "-b"],
    &["-r"],
    &["-e"],
    &["-n"],
    &["-l", "--noheadings"],
    &["--raw", "--noheadings"],
    &["-ey", "--notruncate"],
];
const CHOICES: [&[&str]; 12] = [
    &[],
    &["-t"],
    &["-c"],
    &["-P"],
    &["--bytes"],
    &["--time-format=iso"],
    &["--time-format", "full"],
    &["-t", "--time-format=short"],
    &["-o", COLUMNS],
    &["-o", "command,Id"],
    &["--output=+USER,gid"],
    &["-o", "DETACH", "-o", "ID,DETACH"],
];

#[test]
fn lsipc_shows_every_kind_of_segment_alike() {
    let Some(bench) = Bench::new() else { return };
    let (ids, _attached) = populate(&bench);
    for (choice, form) in CHOICES
        .iter()
        .flat_map(|choice| FORMS.map(|form| (*choice, form)))
    {
        bench.same("lsipc", 0, &[&["-m"], choice, form].concat());
    }
    for id in ids {
        let id = id.to_string();
        for form in [&[][..], &["-J"], &["-l"], &["-r", "-t"], &["-n"], &["-P"]] {
            bench.same("lsipc", 0, &[&["-m", "-i", &id], form].concat());
        }
        for choice in CHOICES {
            bench.same("lsipc", 0, &[&["-m", "--id", &id], choice].concat());
        }
    }
    let shown = bench
        .run(Whose::Ours, "lsipc", 0, &["-m", "-o", COLUMNS])
        .stdout;
    for sight in [
        "0x80000000",
        "0xffffffff",
        "5G",
        "dest",
        "locked",
        "61234",
        "rwxrwxrwx",
    ] {
        assert!(shown.contains(sight), "{sight} in\n{shown}");
    }
}

/// Two limits of util-linux 2.38 that later ones do not have: see `EXCLUSIVE` of the tool.
#[test]
fn lsipc_shows_creators_with_times_and_with_columns() {
    let Some(bench) = Bench::new() else { return };
    let (_ids, _attached) = populate(&bench);
    let version = bench
        .run(Whose::UtilLinux, "lsipc", 0, &["--version"])
        .stdout;
    for words in [
        &["-m", "-c", "-t"][..],
        &["-m", "-tcJ"],
        &["-m", "-c", "-o", "ID,CUSER"],
    ] {
        let ours = bench.run(Whose::Ours, "lsipc", 0, words);
        assert_eq!((ours.stderr.as_str(), ours.status), ("", Some(0)));
        if version.contains(" 2.38") {
            bench.same("lsipc", 0, words);
        }
    }
}

#[test]
fn lsipc_shows_segments_that_the_caller_may_not_read() {
    let Some(bench) = Bench::new() else { return };
    let (ids, _attached) = populate(&bench);
    for words in [&["-m"][..], &["-m", "-J"], &["-m", "-g"]] {
        bench.same("lsipc", NAMELESS, words);
    }
    for id in ids {
        bench.same("lsipc", NAMELESS, &["-m", "-i", &id.to_string()]);
    }
}

#[test]
fn lsipc_shows_limits_alike() {
    let Some(bench) = Bench::new() else { return };
    for populated in [false, true] {
        let kept = populated.then(|| populate(&bench));
        for form in FORMS {
            for choice in [&[][..], &["-b"], &["-t"], &["-c"], &["-o", "ID,USED,USE%"]] {
                let words = [&["-m", "-g"], choice, form].concat();
                bench.same("lsipc", 0, &words);
            }
        }
        // Without -m util-linux has queues and semaphores as well.
        for words in [
            &["-r"][..],
            &["-rb"],
            &["-g", "--raw", "-o", "used,limit,resource"],
        ] {
            let of_shm = |ran: Ran| {
                let lines = ran.stdout.lines().filter(|line| line.contains("SHM"));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            let theirs = of_shm(bench.run(Whose::UtilLinux, "lsipc", 0, words));
            let ours = bench.run(Whose::Ours, "lsipc", 0, words);
            assert_eq!(ours.stdout.lines().count(), 5, "a heading and four limits");
            assert_eq!(of_shm(ours), theirs, "{words:?}");
        }
        drop(kept);
    }
}

#[test]
fn lsipc_shows_an_empty_system_alike() {
    let Some(bench) = Bench::new() else { return };
    for form in FORMS {
        let words = [&["-m"], form].concat();
        if !form
            .iter()
            .any(|word| word.contains('J') || word.contains("json"))
        {
            bench.same("lsipc", 0, &words);
            continue;
        }
        // util-linux leaves the list without its name.
        let theirs = bench.run(Whose::UtilLinux, "lsipc", 0, &words);
        let ours = bench.run(Whose::Ours, "lsipc", 0, &words);
        let named = |text: &str| text.replace("\"\": [", "\"sharedmemory\": [");
        assert_eq!(ours.stdout, named(&theirs.stdout));
        assert_eq!((ours.stderr.as_str(), ours.status), ("", Some(0)));
    }
}

#[test]
fn lsipc_escapes_what_a_command_line_may_hold_alike() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let Some(bench) = Bench::new() else { return };
    // The segment's creator lives on: ipcmk cannot, so the process is one of ours that waits.
    let ready = bench.folder.join("ready");
    let script = format!(
        "import ctypes, time\nctypes.CDLL(None).shmget(0x99, 1, 0o1600)\n\
         open({:?}, 'w').close()\ntime.sleep(600)",
        ready.to_str().unwrap()
    );
    let Ok(mut creator) = Command::new("python3")
        .args([OsStr::new("-c"), OsStr::new(&script)])
        .arg(OsStr::from_bytes(
            b"a 'b' \"c\" $d `e` \\f \x1b[1m \xc3\xa9 \x07 =",
        ))
        .stdin(Stdio::null())
        .spawn()
    else {
        return;
    };
    while !ready.exists() && creator.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    for locale in ["C", "C.UTF-8"] {
        for form in FORMS {
            let [theirs, ours] = [Whose::UtilLinux, Whose::Ours].map(|whose| {
                let mut command = bench.command(whose, "lsipc");
                command.env("LC_ALL", locale).arg("-m").args(form);
                finished(&mut command)
            });
            assert_eq!(ours, theirs, "{locale} {form:?}");
            assert!(ours.stdout.contains("python3"), "{}", ours.stdout);
        }
    }
    creator.kill().unwrap();
    creator.wait().unwrap();
}

/// util-linux breaks the line where both words of STATUS are in a narrow terminal; ours does not.
#[test]
fn lsipc_cuts_the_command_to_the_terminal_alike() {
    let Some(bench) = Bench::new() else { return };
    make(IPC_PRIVATE, 1, 0o600);
    client::lock(make(0x1234, 1 << 20, 0o777)).unwrap();
    let removed = make(0x99, 4096, 0o600);
    let _attached = Attached::new(removed);
    client::remove(removed).unwrap();
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    for columns in [40, 80, 100, 300] {
        for words in [
            "-m",
            "-m -t",
            "-m -c",
            "-m --notruncate",
            "-m -r",
            "-m -o COMMAND,ID",
        ] {
            let [theirs, ours] = [Whose::UtilLinux, Whose::Ours].map(|whose| {
                let tool = bench.command(whose, "lsipc");
                let program = tool.get_program().to_str().unwrap();
                let line = format!("stty cols {columns}; {program} {words}");
                let mut command = Command::new("script");
                let command = command
                    .args(["-q", "-e", "-c", &line, "/dev/null"])
                    .env("LC_ALL", "C")
                    .stdin(Stdio::null());
                finished(command)
            });
            assert_eq!(ours, theirs, "{columns} {words}");
            assert_eq!(ours.status, Some(0));
        }
    }
}

#[test]
fn lsipc_refuses_alike() {
    let Some(bench) = Bench::new() else { return };
    let id = make(IPC_PRIVATE, 1, 0o600).to_string();
    for words in [
        &["-m", "-i", "99"][..],
        &["-m", "-i", "2147483648"],
        &["-m", "-i", "99999999999999999999"],
        &["-m", "-i", "one"],
        &["-m", "-i", ""],
        &["-m", "-i"],
        &["-i", &id],
        &["-t"],
        &["-c"],
        &["-m", "-q"],
        &["-s", "-m"],
        &["-m", "-J", "-r"],
        &["-m", "-l", "-e"],
        &["-m", "-n", "--json"],
        &["-m", "-g", "-i", &id],
        &["-m", "-t", "-o", "ID"],
        &["-m", "-o", "nope"],
        &["-m", "-o", "ID,nope"],
        &["-m", "-o", "USEDBYTES"],
        &["-m", "-o", "NSEMS"],
        &["-m", "-o", "LIMIT"],
        &["-m", "-o"],
        &["-m", "--time-format=bogus"],
        &["-x"],
        &["--nothing"],
        &["--s"],
        &["--n"],
        &["--no"],
        &["--t"],
        &["--json=1"],
    ] {
        bench.same("lsipc", 0, words);
    }
}

/// The Hurd has no queues and semaphores, and no id is negative.
#[test]
fn lsipc_has_shared_memory_only() {
    let Some(bench) = Bench::new() else { return };
    make(0x99, 12_345, 0o600);
    let note = "lsipc: GNU/Hurd has no System V message queues and semaphores; \
                only shared memory is shown\n";
    for words in [
        &["-q"][..],
        &["-s", "-t"],
        &["-q", "-g"],
        &["-s", "-o", "NSEMS"],
    ] {
        let ran = bench.run(Whose::Ours, "lsipc", 0, words);
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str(), ran.status),
            ("", note, Some(0))
        );
    }
    let ran = bench.run(Whose::Ours, "lsipc", 0, &["-m", "-i", "-1"]);
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("", "lsipc: id -1 not found\n")
    );
}

#[test]
fn a_full_disk_is_an_error_alike() {
    let Some(bench) = Bench::new() else { return };
    make(0x99, 12_345, 0o600);
    for (tool, words) in [
        ("ipcs", &["-m"][..]),
        ("ipcs", &["-m", "-l"]),
        ("ipcs", &["--help"]),
        ("lsipc", &["-m"]),
        ("lsipc", &["-m", "-g", "-J"]),
    ] {
        let [theirs, ours] = [Whose::UtilLinux, Whose::Ours].map(|whose| {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let mut command = bench.command(whose, tool);
            let output = command
                .args(words)
                .stdout(full)
                .stderr(Stdio::piped())
                .spawn();
            let output = output.unwrap().wait_with_output().unwrap();
            (
                String::from_utf8(output.stderr).unwrap(),
                output.status.code(),
            )
        });
        assert_eq!(ours, theirs);
        assert_eq!(
            ours,
            (
                format!("{tool}: write error: No space left on device\n"),
                Some(1)
            )
        );
    }
}

#[test]
fn a_reader_that_went_away_ends_the_tool_without_a_word() {
    let Some(bench) = Bench::new() else { return };
    for tool in ["ipcs", "ipcmk"] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = bench.command(Whose::Ours, tool);
        let child = command
            .arg("--help")
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn();
        let output = child.unwrap().wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert_eq!(output.status.code(), Some(1));
    }
}

/// Ids 0 to 5; 3 and 4 belong to NAMELESS, 5 is a stranger's that anyone may read.
fn six_segments() {
    make(IPC_PRIVATE, 1, 0o600);
    make(0x1234, 2, 0o600);
    make(-2, 3, 0o600);
    for (key, uid, mode) in [
        (0o777, NAMELESS, 0o600),
        (8_888, NAMELESS, 0),
        (0x55, STRANGER, 0o604),
    ] {
        let id = make(key, 4, 0o600);
        client::set(id, uid, uid, mode).unwrap();
    }
}

#[test]
fn ipcrm_removes_alike() {
    let Some(bench) = Bench::new() else { return };
    for words in [
        &[][..],
        &["-m", "0"],
        &["-m0", "--shmem-id", "2", "--shmem-id=5"],
        &["-v", "-m", "1", "-m", "3"],
        &["-m", "1", "-v", "-m", "3"],
        &["-M", "0x1234"],
        &["-M", "4660", "-M", "0777"],
        &["-vM", "0xfffffffe"],
        &["-M", "-2", "--shmem-key=8888"],
        &["-M", "0X55"],
        &["-a"],
        &["-va"],
        &["--all"],
        &["--all=shm", "--verbose"],
        &["-ashm"],
        &["shm", "0"],
        &["shm", "5", "1", "3"],
    ] {
        let ran = bench.same_effect(six_segments, "ipcrm", 0, words);
        assert_eq!(ran.status, Some(0), "{words:?}");
    }
}

#[test]
fn ipcrm_refuses_alike() {
    let Some(bench) = Bench::new() else { return };
    for words in [
        &["-m", "99"][..],
        &["-m", "99", "-m", "0"],
        &["-m", "-1"],
        &["-m", "0x1"],
        &["-m", "0", "-m", "nought", "-m", "1"],
        &["-m", "99999999999"],
        &["-m", "99999999999999999999"],
        &["-m", ""],
        &["-m"],
        &["-M"],
        &["-M", "0"],
        &["-M", "0x0", "-M", "0x1234"],
        &["-M", "0x4321"],
        &["-M", "0x4321", "-m", "1"],
        &["-M", "1234x"],
        &["-M", "0x"],
        &["-M", "08"],
        &["-M", ""],
        &["-M", "0x1ffffffffffffffff"],
        &["--all=queue"],
        &["-m", "0", "-x", "-m", "1"],
        &["--shmem", "0"],
        &["--shmem-i"],
        &["-v=1"],
        &["--verbose=1"],
        &["0"],
        &["-m", "0", "1", "-m", "2"],
        &["shm"],
        &["shm", "99"],
        &["shm", "0", "99", "1"],
        &["shm", "one", "2"],
        &["shm", "1x"],
        &["shm", "-1"],
    ] {
        let ran = bench.same_effect(six_segments, "ipcrm", 0, words);
        assert_eq!(ran.status, Some(1), "{words:?}");
    }
}

/// shmctl(2), EPERM: neither owner nor creator. Reading and finding are no matter.
#[test]
fn ipcrm_is_denied_alike() {
    let Some(bench) = Bench::new() else { return };
    for words in [
        &["-m", "0"][..],
        &["-m", "5", "-m", "3"],
        &["-M", "0x1234"],
        &["-M", "0x55", "-M", "0777"],
        &["shm", "0", "3", "99"],
        &["-a"],
        &["-av"],
    ] {
        let ran = bench.same_effect(six_segments, "ipcrm", NAMELESS, words);
        assert_eq!(ran.status, Some(1), "{words:?}");
    }
    bench.same_effect(
        six_segments,
        "ipcrm",
        NAMELESS,
        &["-v", "-m", "3", "-M", "8888"],
    );
}

#[test]
fn ipcrm_marks_an_attached_segment_and_may_do_so_again() {
    let Some(bench) = Bench::new() else { return };
    let id = make(0x99, 1, 0o600);
    let attached = Attached::new(id);
    for whose in [Whose::Ours, Whose::UtilLinux, Whose::Ours] {
        let ran = bench.run(whose, "ipcrm", 0, &["-m", &id.to_string()]);
        assert_eq!(
            ran,
            Ran {
                stdout: String::new(),
                stderr: String::new(),
                status: Some(0)
            }
        );
        assert!(client::stat(id).unwrap().is_removed());
        bench.same("ipcrm", 0, &["-M", "0x99"]);
    }
    drop(attached);
    bench.same("ipcrm", 0, &["-m", &id.to_string()]);
}

/// util-linux takes the low 32 bits, which may name somebody else's segment.
#[test]
fn ipcrm_refuses_keys_and_ids_that_do_not_fit() {
    let Some(bench) = Bench::new() else { return };
    six_segments();
    let before = left_over();
    for words in [&["-M", "0x100001234"][..], &["-M", "-4294962636"]] {
        let ran = bench.run(Whose::Ours, "ipcrm", 0, words);
        let word = words[1];
        let words =
            format!("ipcrm: failed to parse argument: '{word}': Numerical result out of range\n");
        assert_eq!((ran.stderr, ran.status), (words, Some(1)));
    }
    for word in ["4294967296", "", " "] {
        let ran = bench.run(Whose::Ours, "ipcrm", 0, &["shm", word]);
        assert_eq!(
            (ran.stderr, ran.status),
            (format!("ipcrm: invalid id: {word}\n"), Some(1))
        );
    }
    assert_eq!(left_over(), before);
}

#[test]
fn ipcrm_and_ipcmk_say_that_there_are_no_queues_and_semaphores() {
    let Some(bench) = Bench::new() else { return };
    for (tool, words) in [
        ("ipcrm", &["-q", "0"][..]),
        ("ipcrm", &["-Q", "1"]),
        ("ipcrm", &["-s", "0"]),
        ("ipcrm", &["-S", "1"]),
        ("ipcrm", &["--all=msg"]),
        ("ipcrm", &["-asem"]),
        ("ipcrm", &["msg", "0"]),
        ("ipcrm", &["sem", "0"]),
        ("ipcmk", &["-Q"]),
        ("ipcmk", &["-S", "3"]),
    ] {
        let ran = bench.run(Whose::Ours, tool, 0, words);
        assert_eq!(
            (ran.stdout.as_str(), ran.status),
            ("", Some(1)),
            "{words:?}"
        );
        assert!(
            ran.stderr.ends_with("GNU/Hurd has shared memory only\n"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn ipcmk_creates_alike() {
    let Some(bench) = Bench::new() else { return };
    for words in [
        &["-M", "1"][..],
        &["--shmem", "4096"],
        &["--shmem=10KiB", "--mode", "600"],
        &["-M10KB", "-p0777"],
        &["-p", "0", "-M", "3M"],
        &["-M", "3m"],
        &["-M", "2MB"],
        &["-M", "0.5MiB"],
        &["-M", "1.5K"],
        &["-M", "0.5MB"],
        &["-M", "0x1000"],
        &["-M", "010"],
        &["-M", " +7"],
        &["-M", "1", "-M", "2", "operand"],
    ] {
        let ran = bench.same_effect(|| (), "ipcmk", 0, words);
        assert_eq!(ran.stdout, "Shared memory id: 0\n", "{words:?}");
    }
    bench.same_effect(six_segments, "ipcmk", NAMELESS, &["-M", "1"]);
}

#[test]
fn ipcmk_refuses_alike() {
    let Some(bench) = Bench::new() else { return };
    for words in [
        &[][..],
        &["-p", "600"],
        &["-M"],
        &["-M", ""],
        &["-M", "0"],
        &["-M", "0K"],
        &["-M", "-1"],
        &["-M", "K"],
        &["-M", "1B"],
        &["-M", "1Ki"],
        &["-M", "1X"],
        &["-M", "1 K"],
        &["-M", "1.5"],
        &["-M", "1,5K"],
        &["-M", "16E"],
        &["-M", "1Y"],
        &["-M", "99999999999999999999"],
        &["-M", "15E"],
        &["-M", "18446744073709551615"],
        &["-x"],
        &["--size", "1"],
    ] {
        let ran = bench.same_effect(|| (), "ipcmk", 0, words);
        assert_eq!(
            (ran.stdout.as_str(), ran.status),
            ("", Some(1)),
            "{words:?}"
        );
    }
}

/// util-linux 2.38 says "Success" here; later ones say this.
#[test]
fn ipcmk_wants_an_octal_mode() {
    let Some(bench) = Bench::new() else { return };
    let ran = bench.run(Whose::Ours, "ipcmk", 0, &["-M", "1", "-p", "rw"]);
    assert_eq!(ran.stderr, "ipcmk: failed to parse mode: 'rw'\n");
    let ran = bench.run(Whose::Ours, "ipcmk", 0, &["-M", "1", "-p", "10000"]);
    let words = "ipcmk: failed to parse mode: '10000': Numerical result out of range\n";
    assert_eq!((ran.stderr.as_str(), ran.status), (words, Some(1)));
    assert_eq!(left_over(), []);
}

#[test]
fn ipcmk_makes_a_key_that_finds_the_segment() {
    let Some(bench) = Bench::new() else { return };
    for _ in 0..3 {
        bench.run(Whose::Ours, "ipcmk", 0, &["-M", "1"]);
    }
    let keys: Vec<i32> = left_over()
        .iter()
        .map(|(id, ..)| client::stat(*id).unwrap().shm_perm.key)
        .collect();
    assert_eq!(keys.len(), 3);
    for (index, key) in keys.iter().enumerate() {
        assert_ne!(*key, IPC_PRIVATE);
        assert!(!keys[..index].contains(key), "{keys:?}");
        assert!(client::get(*key, 0, 0).is_ok());
    }
}

#[test]
fn the_binary_is_each_tool_by_name_or_by_first_word() {
    let Some(bench) = Bench::new() else { return };
    make(0x99, 12_345, 0o600);
    let expected = bench.run(Whose::Ours, "ipcs", 0, &["-m"]);
    let run = |program: PathBuf, words: &[&str]| finished(Command::new(program).args(words));
    assert_eq!(run(bench.folder.join("ipcs"), &["-m"]), expected);
    assert_eq!(
        run(bench.folder.join("ipctools"), &["ipcs", "-m"]),
        expected
    );
    fs::create_dir(bench.folder.join("bin")).unwrap();
    let link = bench.folder.join("bin/ipcs");
    fs::hard_link(bench.folder.join("ipctools"), &link).unwrap();
    assert_eq!(run(link, &["-m"]), expected);

    let lost = run(bench.folder.join("ipctools"), &["ipcs", "-x"]);
    assert_eq!(
        lost.stderr,
        "ipcs: invalid option -- 'x'\nTry 'ipcs --help' for more information.\n"
    );
    for words in [&[][..], &["lsmem"], &["-m"]] {
        let lost = run(bench.folder.join("ipctools"), words);
        assert_eq!((lost.stdout.as_str(), lost.status), ("", Some(1)));
        assert!(
            lost.stderr
                .ends_with("Try 'ipctools --help' for more information.\n")
        );
    }
}

/// getopt_long(3) complains under the name as typed, err(3) under its last component.
#[test]
fn complaints_carry_the_name_alike() {
    let Some(bench) = Bench::new() else { return };
    for words in [&["-x"][..], &["-m", "-i", "x"], &["--nothing"]] {
        let [theirs, ours] = [Whose::UtilLinux, Whose::Ours].map(|whose| {
            finished(
                bench
                    .command(whose, "ipcs")
                    .arg0("/some/where/ipcs")
                    .args(words),
            )
            .stderr
        });
        assert_eq!(ours, theirs);
    }
}

#[test]
fn every_tool_has_help_and_a_version() {
    let Some(bench) = Bench::new() else { return };
    for tool in ["ipcs", "lsipc", "ipcrm", "ipcmk", "ipctools"] {
        for (word, sight) in [
            ("--help", "Usage:"),
            ("-h", "Options"),
            ("--version", "shm "),
            ("-V", ""),
        ] {
            let ran = bench.run(Whose::Ours, tool, 0, &[word]);
            assert_eq!(
                (ran.stderr.as_str(), ran.status),
                ("", Some(0)),
                "{tool} {word}"
            );
            let sight = if tool == "ipctools" && sight == "Options" {
                "options"
            } else {
                sight
            };
            assert!(ran.stdout.contains(sight), "{tool} {word}");
        }
    }
}

#[test]
fn words_that_are_not_text_are_refused_and_nothing_panics() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let Some(bench) = Bench::new() else { return };
    for (tool, word) in [
        ("ipcs", &b"-\xff"[..]),
        ("ipcs", b"--\xff\xfe=\x80"),
        ("ipcs", b"-mi\xc3\xa9"),
        ("lsipc", b"-m\xff"),
        ("lsipc", b"-mo\xff"),
        ("lsipc", b"-mi\xc3\xa9"),
        ("lsipc", b"--time-format=\xff"),
        ("ipcrm", b"-m\xff"),
        ("ipcrm", b"-M\xe2\x82\xac"),
        ("ipcrm", b"-a\xff"),
        ("ipcrm", b"\xff"),
        ("ipcmk", b"-M1\xff"),
        ("ipcmk", b"-M1.\xc3\xa9K"),
        ("ipcmk", b"-M\xe2\x82\xac"),
        ("ipcmk", b"-p\xff"),
    ] {
        let mut command = bench.command(Whose::Ours, tool);
        let ran = finished(command.arg(OsStr::from_bytes(word)));
        assert_eq!(ran.status, Some(1), "{tool} {word:?}");
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn bash_completes_options_ids_keys_and_columns() {
    let Some(bench) = Bench::new() else { return };
    if Command::new("bash").arg("--version").output().is_err() {
        return;
    }
    let id = make(0x1234, 1, 0o600).to_string();
    let complete = |words: &[&str]| {
        let script = format!(
            "source {}/ipctools.bash; COMP_WORDS=({}); COMP_CWORD={}; _ipctools {}/{}; \
             echo \"${{COMPREPLY[*]}}\"",
            env!("CARGO_MANIFEST_DIR"),
            words.join(" "),
            words.len() - 1,
            bench.folder.display(),
            words[0],
        );
        finished(Command::new("bash").args(["-uc", &script]))
    };
    for (words, expected) in [
        (&["ipcs", "--hu"][..], "--human"),
        (&["ipcs", "-m", "--s"], "--shmems --semaphores --summary"),
        (&["ipcs", "-m", "-i", "''"], &id),
        (&["lsipc", "--no"], "--noheadings --notruncate"),
        (&["lsipc", "-o", "NAT"], "NATTCH"),
        (&["lsipc", "--output", "ID,USE"], "ID,USER ID,USED ID,USE%"),
        (&["lsipc", "-o", "+CP"], "+CPID"),
        (&["lsipc", "--time-format", "f"], "full"),
        (&["ipcrm", "-M", "0x"], "0x00001234"),
        (&["ipcrm", "-m", "''"], &id),
        (&["ipcmk", "--m"], "--mode"),
        (&["ipcmk", "x"], ""),
    ] {
        let ran = complete(words);
        assert_eq!(
            (ran.stdout.trim_end(), ran.stderr.as_str()),
            (expected, ""),
            "{words:?}"
        );
    }
}
