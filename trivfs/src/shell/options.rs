// SPDX-License-Identifier: GPL-2.0-or-later
//! The options of the command line, of settrans(1) and of fsysopts(1): one parser for all, libc's
//! own, so that `--help` looks as everywhere on the Hurd.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use hurd_ports::guard::{guard, log};
use hurd_sys as sys;

use super::object::{Line, Start};
use super::shell;
use crate::{Error, Opt, Result, Settings, Translator};

/// The first option's key: no character, so there are long names only.
const FIRST: c_int = 0x100;

/// argp's tables for a translator. They are made once, and stay.
pub fn argp<T: Translator>() -> &'static sys::argp {
    let mut options: Vec<sys::argp_option> = (FIRST..)
        .zip(T::Settings::OPTIONS)
        .map(|(key, option)| sys::argp_option {
            name: option.name.as_ptr(),
            key,
            arg: option.value.map_or(ptr::null(), CStr::as_ptr),
            flags: 0,
            doc: option.about.as_ptr(),
            group: 0,
        })
        .collect();
    // The end.
    options.push(sys::argp_option {
        name: ptr::null(),
        key: 0,
        arg: ptr::null(),
        flags: 0,
        doc: ptr::null(),
        group: 0,
    });
    Box::leak(Box::new(sys::argp {
        options: Vec::leak(options).as_ptr(),
        parser: Some(parse),
        args_doc: ptr::null(),
        doc: T::ABOUT.as_ptr(),
        children: ptr::null(),
        help_filter: None,
        argp_domain: ptr::null(),
    }))
}

/// What argp hands through to [`parse`].
struct Input<'a>(&'a mut dyn Line);

unsafe extern "C" fn parse(
    key: c_int,
    value: *mut c_char,
    state: *mut sys::argp_state,
) -> sys::error_t {
    // SAFETY: all callers of argp below give it an `Input`, which nobody else uses meanwhile.
    let line = unsafe { &mut *(*(*state).input.cast::<Input<'_>>()).0 };
    let Some(option) = usize::try_from(key.wrapping_sub(FIRST))
        .ok()
        .and_then(|index| line.options().get(index))
    else {
        return sys::ARGP_ERR_UNKNOWN as sys::error_t;
    };
    guard(|| {
        // SAFETY: an option's value is a string, or null for one without.
        let value = (!value.is_null()).then(|| unsafe { CStr::from_ptr(value) });
        set(line, option, value).map_err(|message| {
            // SAFETY: argp's own structure.
            if unsafe { (*state).flags } & sys::ARGP_NO_ERRS != 0 {
                log(&format!("fsysopts: {message}"));
            }
            let message = CString::new(message).unwrap_or_default();
            // SAFETY: the format takes one string. argp exits here, unless told not to.
            unsafe { sys::argp_error(state, c"%s".as_ptr(), message.as_ptr()) };
            Error::EINVAL
        })
    })
}

fn set(line: &mut dyn Line, option: &Opt, value: Option<&CStr>) -> Result<(), String> {
    let name = option.name.to_string_lossy();
    let value = value.map(CStr::to_string_lossy);
    line.set(&name, value.as_deref())
        .map_err(|why| format!("--{name}: {why}"))
}

/// The settings that a command line asks for. Exits after `--help` and the like, and where the
/// line is wrong.
///
/// # Safety
/// `argv` is as `main` gets it, and no other thread was started.
pub unsafe fn from_command_line<T: Translator>(
    argp: &'static sys::argp,
    argc: c_int,
    argv: *mut *mut c_char,
) -> Result<T::Settings> {
    let mut start = Start(T::Settings::default());
    let mut input = Input(&mut start);
    let version = format!(
        "{} (GNU Hurd) {}",
        T::NAME.to_string_lossy(),
        T::VERSION.to_string_lossy()
    );
    let version = CString::new(version).map_err(|_| Error::EINVAL)?;
    // SAFETY: see the contract.
    let error = unsafe {
        sys::argp_program_version = version.into_raw();
        let input = (&raw mut input).cast::<c_void>();
        sys::argp_parse(argp, argc, argv, 0, ptr::null_mut(), input)
    };
    match error {
        0 => Ok(start.0),
        error => Err(Error::from_code(error)),
    }
}

/// fsys_set_options: what `fsysopts NODE --option=value` sends.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_set_options(
    _control: *mut sys::trivfs_control,
    argz: *const c_char,
    length: usize,
) -> sys::error_t {
    guard(|| {
        let shell = shell()?;
        let mut line = shell.object.line();
        let mut input = Input(&mut *line);
        // SAFETY: libtrivfs hands through the strings of the request.
        let error = unsafe {
            let input = (&raw mut input).cast::<c_void>();
            sys::fshelp_set_options(shell.argp, 0, argz, length, input)
        };
        if error != 0 {
            return Err(Error::EINVAL);
        }
        line.commit()
    })
}

/// fsys_get_options: what fsysopts(1) shows.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_append_args(
    _control: *mut sys::trivfs_control,
    argz: *mut *mut c_char,
    length: *mut usize,
) -> sys::error_t {
    guard(|| {
        for option in shell()?.object.show() {
            let option = CString::new(option).map_err(|_| Error::EINVAL)?;
            // SAFETY: libtrivfs's own vector of strings, which argz_add reallocates.
            if unsafe { sys::argz_add(argz, length, option.as_ptr()) } != 0 {
                return Err(Error::ENOMEM);
            }
        }
        Ok(())
    })
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] = [trivfs_set_options, sys::trivfs_set_options];
};
const _: () = {
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] = [trivfs_append_args, sys::trivfs_append_args];
};
