// SPDX-License-Identifier: GPL-2.0-or-later
//! A client of the example: `hello-client NODE [GREETING]` sets the greeting if there is one, and
//! shows greeting and number of opens.

#[cfg(target_os = "hurd")]
gnumach::include_bindings! { mod wire = "hello"; }

#[cfg(target_os = "hurd")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::ffi::{CStr, CString};
    use std::io::Error;

    let check = |code: i32| match code {
        0 => Ok(()),
        code => Err(Error::from_raw_os_error(code)),
    };
    let mut arguments = std::env::args().skip(1);
    let node = CString::new(
        arguments
            .next()
            .ok_or("usage: hello-client NODE [GREETING]")?,
    )?;
    // SAFETY: a string; the answer is a right that this program holds to its end.
    let port = unsafe { hurd_sys::file_name_lookup(node.as_ptr(), 0, 0) };
    if port == 0 {
        return Err(Error::last_os_error().into());
    }
    if let Some(greeting) = arguments.next() {
        if greeting.len() >= 1024 {
            return Err("the greeting is too long for a message".into());
        }
        let mut text: wire::string_t = [0; 1024];
        for (to, from) in text.iter_mut().zip(greeting.bytes()) {
            *to = from as _;
        }
        // SAFETY: a port, and a string that ends within its 1024 bytes.
        check(unsafe { wire::hello_set(port, text.as_mut_ptr()) })?;
    }
    let (mut greeting, mut opens): (wire::string_t, u32) = ([0; 1024], 0);
    // SAFETY: out-pointers to what the routines fill; a stub ends the string with a null byte.
    let greeting = unsafe {
        check(wire::hello_get(port, greeting.as_mut_ptr()))?;
        check(wire::hello_opens(port, &mut opens))?;
        CStr::from_ptr(greeting.as_ptr())
    };
    println!("{} ({opens} opens)", greeting.to_string_lossy());
    Ok(())
}

#[cfg(not(target_os = "hurd"))]
fn main() {
    eprintln!("hello-client: this is a program of GNU/Hurd: it runs nowhere else");
    std::process::exit(1);
}
