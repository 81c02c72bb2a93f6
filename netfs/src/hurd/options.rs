// SPDX-License-Identifier: GPL-2.0-or-later
//! The options of the command line, of settrans(1) and of fsysopts(1): one parser for all, libc's
//! own, so that `--help` looks as everywhere on the Hurd.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use hurd_ports::guard::guard;
use hurd_sys as sys;

use super::shell;
use crate::{Error, FileSystem, Opt};

/// The first option's key: no character, so there are long names only.
const FIRST: c_int = 0x100;

/// What argp hands through to [`parse`].
struct Input {
    known: &'static [Opt],
    found: Vec<(String, String)>,
}

/// argp's tables. They are made for each use, and are small.
struct Tables {
    options: Vec<sys::argp_option>,
    about: &'static CStr,
}

impl Tables {
    fn new(known: &'static [Opt], about: &'static CStr) -> Self {
        let entry = |name, key, arg, doc| sys::argp_option {
            name,
            key,
            arg,
            flags: 0,
            doc,
            group: 0,
        };
        let mut options: Vec<_> = (FIRST..)
            .zip(known)
            .map(|(key, option)| {
                let (name, value) = (option.name.as_ptr(), option.value.as_ptr());
                entry(name, key, value, option.about.as_ptr())
            })
            .collect();
        // The end.
        options.push(entry(ptr::null(), 0, ptr::null(), ptr::null()));
        Self { options, about }
    }

    fn argp(&self) -> sys::argp {
        sys::argp {
            options: self.options.as_ptr(),
            parser: Some(parse),
            args_doc: ptr::null(),
            doc: self.about.as_ptr(),
            children: ptr::null(),
            help_filter: None,
            argp_domain: ptr::null(),
        }
    }
}

unsafe extern "C" fn parse(
    key: c_int,
    value: *mut c_char,
    state: *mut sys::argp_state,
) -> sys::error_t {
    // SAFETY: both callers of argp below give it an `Input`, which nobody else uses meanwhile.
    let input = unsafe { &mut *(*state).input.cast::<Input>() };
    let Some(option) = usize::try_from(key.wrapping_sub(FIRST))
        .ok()
        .and_then(|index| input.known.get(index))
    else {
        return sys::ARGP_ERR_UNKNOWN as sys::error_t;
    };
    guard(|| {
        // SAFETY: every option has a value, a string.
        let value = unsafe { CStr::from_ptr(value) };
        let value = value.to_str().map_err(|_| Error::EINVAL)?;
        let name = option.name.to_str().map_err(|_| Error::EINVAL)?;
        input.found.push((name.to_owned(), value.to_owned()));
        Ok(())
    })
}

/// The options of a command line. Exits after `--help` and the like, and where the line is wrong.
///
/// # Safety
/// `argv` is as `main` gets it, and no other thread was started.
pub unsafe fn from_command_line<F: FileSystem>(
    argc: c_int,
    argv: *mut *mut c_char,
) -> Result<Vec<(String, String)>, String> {
    let tables = Tables::new(F::OPTIONS, F::ABOUT);
    let mut input = Input {
        known: F::OPTIONS,
        found: Vec::new(),
    };
    let (name, version) = (F::NAME.to_string_lossy(), F::VERSION.to_string_lossy());
    let version = CString::new(format!("{name} (GNU Hurd) {version}")).unwrap_or_default();
    // SAFETY: see the contract.
    let error = unsafe {
        sys::argp_program_version = version.into_raw();
        let input = (&raw mut input).cast::<c_void>();
        sys::argp_parse(&tables.argp(), argc, argv, 0, ptr::null_mut(), input)
    };
    match error {
        0 => Ok(input.found),
        error => Err(format!("options: {}", Error::from_code(error))),
    }
}

/// `fsys_set_options`: what `fsysopts NODE --option=value` sends.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_set_options(
    argz: *const c_char,
    length: usize,
) -> sys::error_t {
    guard(|| {
        let (known, about) = shell()?.known_options();
        let tables = Tables::new(known, about);
        let mut input = Input {
            known,
            found: Vec::new(),
        };
        // SAFETY: libnetfs hands through the strings of the request.
        let error = unsafe {
            let input = (&raw mut input).cast::<c_void>();
            sys::fshelp_set_options(&tables.argp(), 0, argz, length, input)
        };
        if error != 0 {
            return Err(Error::EINVAL);
        }
        shell()?.set_options(&input.found)
    })
}

/// `fsys_get_options`: what fsysopts(1) shows.
#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_append_args(
    argz: *mut *mut c_char,
    length: *mut usize,
) -> sys::error_t {
    guard(|| {
        for option in shell()?.options() {
            let option = CString::new(option).map_err(|_| Error::EINVAL)?;
            // SAFETY: libnetfs's own vector of strings, which argz_add reallocates.
            if unsafe { sys::argz_add(argz, length, option.as_ptr()) } != 0 {
                return Err(Error::ENOMEM);
            }
        }
        Ok(())
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _) -> _; 2] = [netfs_set_options, sys::netfs_set_options];
};
const _: () = {
    let _: [unsafe extern "C" fn(_, _) -> _; 2] = [netfs_append_args, sys::netfs_append_args];
};
