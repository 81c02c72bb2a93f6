// SPDX-License-Identifier: GPL-2.0-or-later
//! The options of the command line, of settrans(1) and of fsysopts(1): one parser for all,
//! libc's own, so that `--help` looks as everywhere on the Hurd.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use hurd_sys as sys;
use shm::{Error, Limits};

use super::guard::guard_code;
use super::{quantity, service};

/// The version that `--version` and `io_server_version` tell.
pub const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// What `--version` prints.
const PROGRAM_VERSION: &CStr = match CStr::from_bytes_with_nul(
    concat!("shm (GNU Hurd) ", env!("CARGO_PKG_VERSION"), "\0").as_bytes(),
) {
    Ok(version) => version,
    Err(_) => c"",
};

/// An option of ours, by the key that argp gives it: no character, so there are long names
/// only.
#[derive(Clone, Copy)]
enum Key {
    Shmmax = 0x100,
    Shmall,
    Shmmni,
}

impl Key {
    fn from_argp(key: c_int) -> Option<Self> {
        [Self::Shmmax, Self::Shmall, Self::Shmmni]
            .into_iter()
            .find(|known| *known as c_int == key)
    }

    const fn option(self, name: &'static CStr, doc: &'static CStr) -> sys::argp_option {
        sys::argp_option {
            name: name.as_ptr(),
            key: self as c_int,
            arg: c"N".as_ptr(),
            flags: 0,
            doc: doc.as_ptr(),
            group: 0,
        }
    }

    fn set(self, limits: &mut Limits, number: u64) -> shm::Result<()> {
        match self {
            Self::Shmmax => limits.shmmax = number,
            Self::Shmall => limits.shmall = number,
            Self::Shmmni => limits.shmmni = u32::try_from(number).map_err(|_| Error::EINVAL)?,
        }
        limits.validate().map(drop)
    }
}

/// argp's tables: constant, and only read.
struct Tables {
    options: [sys::argp_option; 4],
    argp: sys::argp,
}

// SAFETY: the pointers in it are to constants.
unsafe impl Sync for Tables {}

static TABLES: Tables = Tables {
    options: [
        Key::Shmmax.option(c"shmmax", c"Largest segment, in bytes"),
        Key::Shmall.option(c"shmall", c"All segments together, in pages of 4096 bytes"),
        Key::Shmmni.option(c"shmmni", c"Number of segments; at most 32768, and 4096 unless given"),
        // The end.
        sys::argp_option {
            name: ptr::null(),
            key: 0,
            arg: ptr::null(),
            flags: 0,
            doc: ptr::null(),
            group: 0,
        },
    ],
    argp: sys::argp {
        options: &raw const TABLES.options[0],
        parser: Some(parse_option),
        args_doc: ptr::null(),
        doc: c"Serve System V shared memory: shmget, shmat, shmdt and shmctl.\x0bN may end in K, M, G or T, which stand for 1024 to the power of 1 to 4. Limits hold for what is created afterwards. Normally set on /servers/ipc/shm; reading that node shows the segments."
            .as_ptr(),
        children: ptr::null(),
        help_filter: None,
        argp_domain: ptr::null(),
    },
};

/// Where options are collected, so that a line with an error in it changes nothing.
struct Parse {
    limits: Limits,
}

unsafe extern "C" fn parse_option(
    key: c_int,
    argument: *mut c_char,
    state: *mut sys::argp_state,
) -> sys::error_t {
    let Some(option) = Key::from_argp(key) else {
        return sys::ARGP_ERR_UNKNOWN as sys::error_t;
    };
    guard_code(|| {
        // SAFETY: both entries give argp a `Parse` as input, which nobody else uses meanwhile;
        // options with an argument get one, a string.
        let (parse, argument) = unsafe {
            let parse = (*state).input.cast::<Parse>();
            (&mut *parse, CStr::from_ptr(argument))
        };
        let number = argument.to_str().ok().and_then(quantity::parse);
        let set = number
            .ok_or(Error::EINVAL)
            .and_then(|number| option.set(&mut parse.limits, number));
        if set.is_err() {
            // SAFETY: the format takes one string. argp exits here, unless told not to.
            unsafe {
                sys::argp_error(
                    state,
                    c"%s: not a number within bounds".as_ptr(),
                    argument.as_ptr(),
                );
            }
        }
        set
    })
}

/// The limits that a command line asks for. Exits after `--help` and the like, and where the
/// line is wrong.
///
/// # Safety
/// `argv` is as `main` gets it.
pub unsafe fn from_command_line(argc: c_int, argv: *mut *mut c_char) -> shm::Result<Limits> {
    let mut parse = Parse {
        limits: Limits::default(),
    };
    // SAFETY: see the contract; this is before any other thread is started.
    let error = unsafe {
        sys::argp_program_version = PROGRAM_VERSION.as_ptr();
        sys::argp_parse(
            &TABLES.argp,
            argc,
            argv,
            0,
            ptr::null_mut(),
            (&raw mut parse).cast::<c_void>(),
        )
    };
    if error == 0 {
        Ok(parse.limits)
    } else {
        Err(Error::EINVAL)
    }
}

/// fsys_set_options: what `fsysopts NODE --shmmni=N` sends.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_set_options(
    _control: *mut sys::trivfs_control,
    argz: *const c_char,
    length: usize,
) -> sys::error_t {
    guard_code(|| {
        // The service starts before the control port is there; the check costs nothing.
        let engine = service().engine();
        let mut parse = Parse {
            limits: engine.limits(),
        };
        // SAFETY: libtrivfs hands through the strings of the request.
        let error = unsafe {
            sys::fshelp_set_options(
                &TABLES.argp,
                0,
                argz,
                length,
                (&raw mut parse).cast::<c_void>(),
            )
        };
        if error != 0 {
            return Err(Error::EINVAL);
        }
        engine.set_limits(parse.limits)
    })
}

/// fsys_get_options: what fsysopts(1) shows.
#[unsafe(no_mangle)]
unsafe extern "C" fn trivfs_append_args(
    _control: *mut sys::trivfs_control,
    argz: *mut *mut c_char,
    length: *mut usize,
) -> sys::error_t {
    guard_code(|| {
        let limits = service().engine().limits();
        for option in [
            format!("--shmmax={}", limits.shmmax),
            format!("--shmall={}", limits.shmall),
            format!("--shmmni={}", limits.shmmni),
        ] {
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
