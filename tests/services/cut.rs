//! A way to a server that can be cut: what goes through it is passed on, until it is not.
//!
//! While it is cut, what was open is closed and whoever comes is turned away at once.

use std::{
    io::copy,
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

/// The way. Its threads end with the process.
pub(crate) struct Cut {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    open: Vec<TcpStream>,
}

impl Cut {
    /// A way to a port of this machine.
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, state) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(State::default())));
        let passes = Arc::clone(&state);
        thread::spawn(move || {
            for came in listener.incoming().flatten() {
                pass(&mut lock(&passes), came, server);
            }
        });
        Self { port, state }
    }

    /// Where it begins.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts it, or mends it.
    pub(crate) fn cut(&self, is_cut: bool) {
        let mut state = lock(&self.state);
        state.is_cut = is_cut;
        for open in state.open.drain(..) {
            // It may have ended already.
            let _ = open.shutdown(Shutdown::Both);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pass(state: &mut State, came: TcpStream, server: u16) {
    let Ok(on) = TcpStream::connect(("127.0.0.1", server)) else { return };
    if state.is_cut {
        return;
    }
    for (mut from, mut to) in [(&came, &on), (&on, &came)].map(|(from, to)| (twin(from), twin(to))) {
        thread::spawn(move || {
            // However it ends, it ends on both sides.
            let _ = copy(&mut from, &mut to);
            let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
        });
    }
    state.open.extend([came, on]);
}

fn twin(stream: &TcpStream) -> TcpStream {
    stream.try_clone().unwrap()
}
