lang 1

const g = 9.81
/// Odd piecewise-linear ramp used by Chua-type diodes.
fn chua_ramp(x, m0, m1) = m1*x + (m0 - m1)/2 * (abs(x + 1) - abs(x - 1))

/// Convection rolls between two plates.
ode Lorenz {
    meta {
        field: "fluid dynamics"
        cite: "doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    /// Prandtl number
    param sigma = 10   in [5, 15]
    /// Rayleigh ratio
    param rho   = 28   in (24.74, 60]
    param beta  = 8/3  in [2, 4]
    state x = -9.79, y = -15.04, z = 20.53

    x' = sigma*(y - x)
    y' = x*(rho - z) - y
    z' = x*y - beta*z

    known {
        lyapunov: [0.9056, 0, -14.5723] ± [5e-4, 1e-4, 5e-4] from "doi:..."
        divergence: -(sigma + 1 + beta)
    }
    sample { period: 1.5008, transient: 50 }
}

/// Cyclic advection on a latitude circle.
ode Lorenz96 {
    structural param N = 20 in [4, 512]
    param F = 8 in [6, 12]
    index i in 0..N cyclic
    state x[i] = F + (if i == 0 then 0.01 else 0)
    x[i]' = (x[i+1] - x[i-2])*x[i-1] - x[i] + F
}

/// Double-scroll circuit.
ode Chua {
    param alpha = 15.6 in [9, 20], beta = 28, m0 = -8/7, m1 = -5/7
    state x = 0.7, y = 0, z = 0
    let diode = chua_ramp(x, m0, m1)
    x' = alpha*(y - x - diode)
    y' = x - y + z
    z' = -beta*y
}

/// Continuous network with a weight matrix.
ode Hopfield {
    index i, j in 0..3
    param k[i, j] = [0, -1, 0;  -1, 0, 1;  1, -1, 0]
    param tau = 2.5 in [1, 5]
    state x[i] = 0.1*i
    x[i]' = -x[i]/tau + sum(j)(k[i, j]*tanh(x[j]))
}

/// Dissipative fold of the plane.
map Henon {
    param a = 1.4 in [1, 1.42], b = 0.3
    state x = 0.1, y = 0.3
    next x = 1 - a*x^2 + y
    next y = b*x
    known { lyapunov: [0.41922, -1.62319] ± 1e-4 from "..." }
}

/// An equation of second order, with a renamed time and a boolean `let`.
ode Pendulum {
    time s
    param w0 = sqrt(2), q = 1
    state th = 0.25 wrap [-pi, pi), th' = 0.5
    let kicked = not s < 100 and th > 0
    output energy = th'^2/2 - w0^2*cos(th)
    th'' = -q*th' - w0^2*sin(th) +
        (if kicked
            then 1
            elif s == -1 and th < 0 then 2
            else 0)
}

/// A ring with boundary components of their own, and all kinds of reductions.
ode Ring {
    param twice = 2*k, k = 1
    structural param N = 6
    index i, j in 0..N clamped
    index inner in 1..N-1
    param w[i] = 1 + i/4 in [1, 20]
    param `fn` = 0.5
    state u[i] = sin(2*pi*i/N), v[i] = 0
    let c[i] = u[i+1] - u[i-1], mean = sum(j)(u[j])/N
    u[N-1]' = 0
    u[inner]' = k*c[inner] + sum(j != inner)(w[j]*u[j]) + `fn`*mean
    u[0]' = prod(j in 0..2)(u[j]) + min(j)(v[j]) - max(i, j)(u[i]*v[j]) + min(1, 2, k)
    v[i]' = twice*if i < 2 then u[i] elif mod(i, 2) == 0 then -u[i]^2 else 2^-u[i] + heaviside(v[i])*cot(1 + u[i]^2)
}

/// The image solves a cubic equation.
map Implicit {
    param c = 0.5
    state x = 1
    next x = root(q, q + c*q^3 - x, x)
}

// A name that shadows a constant and pi itself.
map Shadow {
    param pi = 3, g = 2
    state t = 1
    next t = mod(pi*t + g, 7);
}

/// Blood-cell production with delayed feedback.
dde MackeyGlass {
    param beta = 0.2, gamma = 0.1, n = 10 in [6, 12]
    param tau = 17 in [2, 40]        // the upper bound sizes the history
    state x
    history x(s) = 0.9 + 0.1*sin(0.3*s)
    let xd = x(t - tau)
    x' = beta*xd/(1 + xd^n) - gamma*x
}

/// A ring whose neighbours are seen late.
dde LateRing {
    structural param N = 5
    param tau = 2 in [1, 3], k = 1
    index i in 0..N cyclic
    state x[i] = 0.1*i, y = 1
    history x[i](s) = cos(s + i)
    x[i]' = k*x[i-1](t - tau) - x[i] + y(t - 2*tau)*x[i](t - tau)
    y' = x[2](t - tau) - y(t - 2*tau)
}

/// Conservative: equations are derived from the energy.
ode HenonHeiles {
    param lambda = 1
    state x = 0, y = 0.1, px = 0.49, py = 0
    hamiltonian (x, px), (y, py):
        (px^2 + py^2)/2 + (x^2 + y^2)/2 + lambda*(x^2*y - y^3/3)
}

/// A chain of springs, with a clock beside it.
ode Chain {
    structural param N = 4
    param k = 2
    index i in 0..N cyclic
    state q[i] = sin(i), p[i] = 0, phase = 0
    let stretch[i] = q[i+1] - q[i]
    hamiltonian (q[i], p[i]): sum(i)(p[i]^2/2) + k*sum(i)(stretch[i]^2/2)
    phase' = 1
    invariant momentum = sum(i)(p[i])
}

/// Additive and multiplicative noise (Itô).
sde NoisyDuffing {
    param D = 0.05
    state x = 1, v = 0
    x' = v
    v' = x - x^3 - 0.1*v + sqrt(2*D)*noise(w1)
}

/// Noise that leaves the sum of a ring as it is.
sde NoisyRing {
    structural param N = 3
    index i in 0..N cyclic
    param g = 0.5
    state x[i] = i
    x[i]' = -x[i] + g*(noise(w[i]) - noise(w[i+1])) + x[i]*noise(shared)/2
}

/// Driven pendulum: the angle lives on a circle.
ode DrivenPendulum {
    time t <s>
    param w0 <1/s> = 1, q <1/s> = 0.2, A <1/s^2> = 1.15 in [0.5, 1.5], w <1/s> = 2/3
    state th = 0.1 wrap [-pi, pi), v <1/s> = 0
    output energy <1/s^2> = v^2/2 - w0^2*cos(th)
    th' = v
    v'  = A*cos(w*t) - q*v - w0^2*sin(th)
}

/// The same with a weaker drive, observed in one more way.
ode ColdPendulum extends DrivenPendulum {
    param A = 1/2
    output speed <1/s> = abs(v)
}

unit knot = 1852/3600*m/s
unit sailor
const g0 <m/s^2> = 9.81

/// A ball that loses speed at every impact, and counts them.
ode Bounce {
    time t <s>
    param c = 0.9 in [0.5, 1]
    state h <m> = 1, v <m/s> = 0
    mode impacts = 0
    h' = v
    v' = -g0 + 0*impacts*g0
    event ground when h falling { v := -c*v; impacts := impacts + 1 }
}

fn relu(x) = max(0, x)

/// A sailor's boat: units of one's own, roots, and a velocity whose unit follows.
ode Oscillator {
    time t <s>
    param k <sailor/s^2> = 4, m <sailor> = 1, top <knot> = 5
    state x <m> = 1, x' = 1
    let pace = sqrt(k/m), cube = (x^2)^(3/2)
    output share = x'*1 / (relu(x)*pace + abs(x)*pace)
    output volume <m^3> = cube, limit <knot> = top
    x'' = -pace^2*x
}

/// Neurons that fire: events over an index.
ode Spikes {
    index i in 0..3
    param vt = 1
    state v[i] = 0.1*i, w[i] = 0
    mode count[i] = 0
    v[i]' = 2 - v[i] - w[i] - (if v[i] > vt then 1 else 0)
    w[i]' = -w[i]*count[i]
    event spike[i] when v[i] - vt rising {
        v[i] := 0
        w[i] := w[i] + 0.1
        count[i] := count[i] + 1
    }
}
