// SPDX-License-Identifier: GPL-2.0-or-later
//! A .defs through the C preprocessor and MIG.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Interface;
use super::error::Error;

/// What MIG made of one interface.
pub(super) struct Stubs {
    /// C files to compile.
    pub sources: Vec<PathBuf>,
    /// Headers that declare the user stubs and the server routines.
    pub headers: Vec<PathBuf>,
    /// The functions that the server defines, in the order of the .defs.
    pub routines: Vec<String>,
    /// The function that takes a request and a reply, when there is a server side.
    pub demux: Option<String>,
    /// The .defs and all it includes.
    pub inputs: Vec<PathBuf>,
}

/// A structure with a hole and a port: what 64-bit messages lay out differently.
const PROBE: &str = "subsystem probe 1000;
type mach_port_t = MACH_MSG_TYPE_COPY_SEND;
type uint32_t = MACH_MSG_TYPE_INTEGER_32;
type uint64_t = MACH_MSG_TYPE_INTEGER_64;
type pair_t = struct { uint32_t first; uint64_t second; };
routine probe_call (server: mach_port_t; value: pair_t; port: mach_port_t);
";

/// Finds out whether `mig` knows the 64-bit layout, by trying it in `directory`.
pub(super) fn probe(mig: &Path, directory: &Path) -> Result<(), Error> {
    let input = directory.join("probe.i");
    fs::write(&input, PROBE).map_err(Error::io(&input))?;
    let too_old = |reason: &str| Error::MigTooOld {
        mig: mig.to_owned(),
        version: Command::new(mig)
            .arg("--version")
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default(),
        reason: reason.trim().to_owned(),
    };
    let outputs = Outputs {
        user: Some("probeUser.c"),
        ..Outputs::default()
    };
    match run(mig, directory, "probe.i", &outputs, None) {
        Err(Error::Rejected { stderr, .. }) => return Err(too_old(&stderr)),
        other => other?,
    }
    let stub = directory.join("probeUser.c");
    let text = fs::read_to_string(&stub).map_err(Error::io(&stub))?;
    // A port in a body takes eight bytes; 32-bit MIG puts a bare name there.
    if text.contains("mach_port_name_inlined_t") {
        Ok(())
    } else {
        Err(too_old("it puts ports into messages as 32-bit names"))
    }
}

/// Preprocesses `interface` with `cpp` and makes its stubs with `mig` in `directory`.
pub(super) fn generate(
    mig: &Path,
    mut cpp: Command,
    interface: &Interface,
    directory: &Path,
) -> Result<Stubs, Error> {
    let name = interface.name();
    let input = format!("{name}.i");
    let rules = directory.join(format!("{name}.d"));

    // Not as MIG's own script does it: in a pipe, a missing include goes unnoticed.
    cpp.args(["-E", "-x", "c", "-MD", "-MT", "defs", "-MF"])
        .arg(&rules);
    cpp.args(interface.defines.iter().map(|define| format!("-D{define}")));
    cpp.arg("-o")
        .arg(directory.join(&input))
        .arg(&interface.defs);
    let output = cpp
        .output()
        .map_err(Error::io(Path::new(cpp.get_program())))?;
    if !output.status.success() {
        return Err(Error::Rejected {
            by: "the C preprocessor".to_owned(),
            defs: interface.defs.clone(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let rules = fs::read_to_string(&rules).map_err(Error::io(&rules))?;

    let user = [format!("{name}User.c"), format!("{name}_user.h")];
    let server = [format!("{name}Server.c"), format!("{name}_server.h")];
    let mut outputs = Outputs {
        prefix: interface.prefix.as_deref(),
        ..Outputs::default()
    };
    let mut stubs = Stubs {
        sources: Vec::new(),
        headers: Vec::new(),
        routines: Vec::new(),
        demux: None,
        inputs: prerequisites(&rules),
    };
    for (wanted, [source, header]) in [(interface.user, &user), (interface.server, &server)] {
        if wanted {
            stubs.sources.push(directory.join(source));
            stubs.headers.push(directory.join(header));
        }
    }
    if interface.user {
        outputs.user = Some(&user[0]);
        outputs.header = Some(&user[1]);
    }
    if interface.server {
        outputs.server = Some(&server[0]);
        outputs.sheader = Some(&server[1]);
    }
    run(mig, directory, &input, &outputs, Some(&interface.defs))?;

    if interface.server {
        let header = directory.join(&server[1]);
        let text = fs::read_to_string(&header).map_err(Error::io(&header))?;
        stubs.routines = routines(&text);
        let source = directory.join(&server[0]);
        let text = fs::read_to_string(&source).map_err(Error::io(&source))?;
        let demux = demux(&text).ok_or(Error::Unexpected {
            path: source,
            missing: "demultiplexing function",
        })?;
        let lookup = directory.join(format!("{name}Lookup.c"));
        fs::write(&lookup, lookup_source(demux, &server[1])).map_err(Error::io(&lookup))?;
        stubs.sources.push(lookup);
        stubs.demux = Some(demux.to_owned());
    }
    Ok(stubs)
}

/// File names in the directory that MIG runs in; what is not named is not made.
#[derive(Default)]
struct Outputs<'a> {
    prefix: Option<&'a str>,
    user: Option<&'a str>,
    header: Option<&'a str>,
    server: Option<&'a str>,
    sheader: Option<&'a str>,
}

/// Runs MIG on a preprocessed file. All names are relative: its script splits words.
fn run(
    mig: &Path,
    directory: &Path,
    input: &str,
    outputs: &Outputs<'_>,
    defs: Option<&Path>,
) -> Result<(), Error> {
    let mut command = Command::new(mig);
    command.current_dir(directory).args(["-cc", "cat"]);
    if let Some(prefix) = outputs.prefix {
        command.args(["-prefix", prefix]);
    }
    for (option, name) in [
        ("-user", outputs.user),
        ("-header", outputs.header),
        ("-server", outputs.server),
        ("-sheader", outputs.sheader),
    ] {
        command.args([option, name.unwrap_or("/dev/null")]);
    }
    let output = command.arg(input).output().map_err(Error::io(mig))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Rejected {
        by: mig.display().to_string(),
        defs: defs.map_or_else(|| directory.join(input), Path::to_owned),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// The files after the colon of a make rule; a blank in a name is escaped.
fn prerequisites(rule: &str) -> Vec<PathBuf> {
    let files = rule.split_once(':').map_or("", |(_, files)| files);
    let joined = files.replace("\\\n", " ");
    let mut names = vec![String::new()];
    let mut characters = joined.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, names.last_mut()) {
            ('\\', Some(name)) if characters.peek() == Some(&' ') => {
                name.extend(characters.next());
            }
            (blank, _) if blank.is_whitespace() => names.push(String::new()),
            (other, Some(name)) => name.push(other),
            (_, None) => {}
        }
    }
    names
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect()
}

/// The server's functions: each stands alone on a line `kern_return_t name` before its list.
fn routines(header: &str) -> Vec<String> {
    let lines = header.lines().zip(header.lines().skip(1));
    lines
        .filter(|(_, next)| *next == "(")
        .filter_map(|(line, _)| line.strip_prefix("kern_return_t "))
        .map(str::to_owned)
        .collect()
}

fn demux(source: &str) -> Option<&str> {
    source
        .lines()
        .find_map(|line| line.strip_prefix("mig_external boolean_t "))
        .map(str::trim)
}

/// MIG has the search for a request's routine inline in the header, where only C finds it.
fn lookup_source(demux: &str, header: &str) -> String {
    format!(
        "#include \"{header}\"\n\
         mig_routine_t {demux}_lookup (const mach_msg_header_t *);\n\
         mig_routine_t {demux}_lookup (const mach_msg_header_t *request)\n\
         {{ return {demux}_routine (request); }}\n"
    )
}
