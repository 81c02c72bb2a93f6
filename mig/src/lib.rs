// SPDX-License-Identifier: GPL-2.0-or-later
//! Stubs and bindings of MIG interfaces, for build scripts.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use mig::{Build, Interface};
//!
//! fn main() -> ExitCode {
//!     let interface = Interface::new("defs/clock.defs") // its user side
//!         .server(true) // and its server side,
//!         .define("SERVERPREFIX=S_"); // whose routines are named S_clock_get and so on
//!     Build::new("clock") // makes $OUT_DIR/clock.rs and links libclock_mig.a
//!         .interface(interface)
//!         .include("defs") // where clock.defs and the headers it imports are
//!         .mach_types("::gnumach::sys")
//!         .run()
//! }
//! ```
//!
//! in a crate that has
//!
//! ```toml
//! [dependencies]
//! gnumach = "0.1"
//! [build-dependencies]
//! mig = "0.1"
//! ```
//!
//! A [`Build`] runs, in this order: the C preprocessor and MIG on each [`Interface`]
//! (`mig.rs`), the C compiler on the stubs (`cc.rs`), and bindgen on the generated and
//! imported headers (`bindgen.rs`). `find.rs` says where tools and headers come from.

mod bindgen;
mod cc;
mod error;
mod find;
mod mig;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use error::Error;

/// One .defs file, and which sides of it are wanted.
#[derive(Clone, Debug)]
pub struct Interface {
    defs: PathBuf,
    prefix: Option<String>,
    defines: Vec<String>,
    user: bool,
    server: bool,
}

impl Interface {
    /// The interface in `defs`: a path from the crate's root, or the name of a Mach
    /// interface such as `mach/notify.defs`. Its user side is wanted.
    #[must_use]
    pub fn new(defs: impl Into<PathBuf>) -> Self {
        let (prefix, defines) = (None, Vec::new());
        Self {
            defs: defs.into(),
            prefix,
            defines,
            user: true,
            server: false,
        }
    }

    /// Put before the name of every generated or called function (MIG's `-prefix`), and
    /// before the interface's own `userprefix` or `serverprefix`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        self.prefix = Some(prefix.to_owned());
        self
    }

    /// A macro for the .defs, `NAME` or `NAME=VALUE`. `SERVERPREFIX=S_` names the
    /// server's functions where <mach/mach_types.defs> is included.
    #[must_use]
    pub fn define(mut self, define: &str) -> Self {
        self.defines.push(define.to_owned());
        self
    }

    /// Whether to make the functions that send requests.
    #[must_use]
    pub fn user(mut self, wanted: bool) -> Self {
        self.user = wanted;
        self
    }

    /// Whether to make the function that takes requests apart, which calls routines
    /// that the crate defines.
    #[must_use]
    pub fn server(mut self, wanted: bool) -> Self {
        self.server = wanted;
        self
    }

    /// Base of generated file names.
    fn name(&self) -> String {
        self.defs
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// One library of stubs and one file of bindings, made in a build script.
#[derive(Clone, Debug)]
pub struct Build {
    name: String,
    interfaces: Vec<Interface>,
    includes: Vec<PathBuf>,
    headers: Vec<String>,
    mach_types: Option<String>,
    triple: Option<String>,
    host: Option<String>,
    out_dir: Option<PathBuf>,
    mig: Option<PathBuf>,
    mach_include: Option<PathBuf>,
    /// `<out_dir>/<name>-mig`, where all but the bindings goes.
    directory: PathBuf,
    cargo: bool,
}

impl Build {
    /// Nothing yet; the results will be `$OUT_DIR/<name>.rs` and a library `<name>_mig`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            interfaces: Vec::new(),
            includes: Vec::new(),
            headers: Vec::new(),
            mach_types: None,
            triple: None,
            host: None,
            out_dir: None,
            mig: None,
            mach_include: None,
            directory: PathBuf::new(),
            cargo: true,
        }
    }

    /// Adds an interface. Two of one file name do not fit into one build.
    #[must_use]
    pub fn interface(mut self, interface: Interface) -> Self {
        self.interfaces.push(interface);
        self
    }

    /// A directory of .defs and headers. What the headers in it declare is bound.
    #[must_use]
    pub fn include(mut self, directory: impl Into<PathBuf>) -> Self {
        self.includes.push(directory.into());
        self
    }

    /// Binds another header, named as in `#include`. Those that a .defs imports are bound
    /// anyway if they are in a directory of [`Build::include`].
    #[must_use]
    pub fn header(mut self, header: &str) -> Self {
        self.headers.push(header.to_owned());
        self
    }

    /// Takes the types of the Mach headers from a module, in general `::gnumach::sys`, instead
    /// of declaring them again.
    #[must_use]
    pub fn mach_types(mut self, module: &str) -> Self {
        self.mach_types = Some(module.to_owned());
        self
    }

    /// The target triple, when not cargo's `TARGET`.
    #[must_use]
    pub fn target(mut self, triple: &str) -> Self {
        self.triple = Some(triple.to_owned());
        self
    }

    /// The build machine's triple, when not cargo's `HOST`.
    #[must_use]
    pub fn host(mut self, triple: &str) -> Self {
        self.host = Some(triple.to_owned());
        self
    }

    /// The directory for all results, when not cargo's `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(directory.into());
        self
    }

    /// The MIG to run, when not the environment's.
    #[must_use]
    pub fn mig(mut self, program: impl Into<PathBuf>) -> Self {
        self.mig = Some(program.into());
        self
    }

    /// The directory that holds `mach/`, when not the environment's.
    #[must_use]
    pub fn mach_include(mut self, directory: impl Into<PathBuf>) -> Self {
        self.mach_include = Some(directory.into());
        self
    }

    /// Whether to tell cargo what to link and when to run again: yes, unless called
    /// elsewhere than in a build script.
    #[must_use]
    pub fn cargo_metadata(mut self, wanted: bool) -> Self {
        self.cargo = wanted;
        self
    }

    /// Makes stubs and bindings, as the last thing of a build script: cargo shows an error first,
    /// as one line.
    #[must_use]
    pub fn run(self) -> ExitCode {
        match self.compile() {
            Ok(_) => ExitCode::SUCCESS,
            Err(error) => {
                let line = error.to_string().replace(":\n", ": ").replace('\n', "; ");
                println!("cargo::error={line}");
                ExitCode::FAILURE
            }
        }
    }

    /// Makes stubs and bindings; the path is that of the bindings.
    ///
    /// # Errors
    /// See [`Error`]; each says what to install, set or mend.
    pub fn compile(mut self) -> Result<PathBuf, Error> {
        self.tell_settings();
        let target = find::Target {
            triple: from_cargo(self.triple.take(), "TARGET")?,
        };
        let out_dir = self
            .out_dir
            .take()
            .map_or_else(|| from_cargo(None, "OUT_DIR"), Ok)?;
        self.directory = out_dir.join(format!("{}-mig", self.name));
        fs::create_dir_all(&self.directory).map_err(Error::io(&self.directory))?;
        self.directory = absolute(&self.directory)?;
        self.includes = self
            .includes
            .iter()
            .map(|path| absolute(path))
            .collect::<Result<_, _>>()?;

        let mig = find::mig(self.mig.take(), &target)?;
        let headers = find::headers(self.mach_include.take(), &target)?;
        if target.is_64_bit() {
            mig::probe(&mig, &self.directory)?;
        }

        let cc = cc::compiler(&self, &target, &headers);
        let mut stubs = Vec::new();
        for interface in &self.interfaces {
            let mut interface = interface.clone();
            interface.defs = self.find_defs(&interface.defs, &headers.mach)?;
            let cpp = cc::preprocessor(&cc)?;
            stubs.push(mig::generate(&mig, cpp, &interface, &self.directory)?);
        }
        let own_headers = cc::own_headers(&cc);
        cc::compile(cc, &format!("{}_mig", self.name), &stubs)?;
        let mut inputs = bindgen::bind(&self, &target, &headers, &stubs, own_headers)?;
        inputs.extend(stubs.into_iter().flat_map(|stubs| stubs.inputs));
        self.tell_inputs(inputs);
        Ok(self.bindings_path())
    }

    /// The user's directories and that of the generated headers.
    fn search_path(&self) -> impl Iterator<Item = &Path> {
        self.includes
            .iter()
            .chain([&self.directory])
            .map(PathBuf::as_path)
    }

    fn bindings_path(&self) -> PathBuf {
        self.directory.with_file_name(format!("{}.rs", self.name))
    }

    /// The crate's own file, or the kernel's of that name.
    fn find_defs(&self, defs: &Path, mach: &Path) -> Result<PathBuf, Error> {
        let kernels = mach.join(defs);
        let found = if !defs.exists() && kernels.is_file() {
            kernels
        } else {
            defs.to_owned()
        };
        absolute(&found)
    }

    fn tell_settings(&self) {
        if self.cargo {
            for variable in find::SETTINGS {
                println!("cargo::rerun-if-env-changed={variable}");
            }
        }
    }

    /// Ours change at each run, and would make every run the cause of the next.
    fn tell_inputs(&self, mut inputs: Vec<PathBuf>) {
        inputs.sort();
        inputs.dedup();
        inputs.retain(|path| !path.starts_with(&self.directory) && path.is_file());
        if self.cargo {
            for path in inputs {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
    }
}

fn from_cargo<T: From<String>>(given: Option<T>, variable: &'static str) -> Result<T, Error> {
    given.map_or_else(
        || {
            env::var(variable)
                .map(T::from)
                .map_err(|_| Error::NotABuildScript { variable })
        },
        Ok,
    )
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    path.canonicalize().map_err(|_| Error::NoSuchFile {
        path: path.to_owned(),
    })
}
