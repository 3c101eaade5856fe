lang 1

// The collection: the flows and maps of dysts 0.96 (W. Gilpin, NeurIPS 2021; Apache-2.0), states
// and parameters under the names they have there, checked against its right-hand sides. Where dysts
// departs from a source, tests/reference/departures.toml says how and why. What dysts lacks follows
// under "Beyond dysts".
//
// `cite` names who described the system. A start lies on or near the attractor. `period` is the
// dominant one; `transient` is ten periods unless there is a reason. What this program computed
// (exponents, dimensions, verdicts) is in annotations.json.

// ---- Shared functions ---------------------------------------------------------------------------

/// Odd ramp of slope one that is flat beyond -c and c.
fn saturate(x, c) = (abs(x + c) - abs(x - c))/2

/// Resistor of a Chua circuit: slope m0 within -1..1, slope m1 beyond.
fn chua_ramp(x, m0, m1) = m1*x + (m0 - m1)*saturate(x, 1)

/// Share of a site that is filled by n molecules together; half of it at x = k.
fn hill(x, k, n) = x^n/(k^n + x^n)

/// Saturating response; half of it at x = k.
fn saturation(x, k) = x/(k + x)

/// Smooth step from 0 to 1.
fn logistic(s) = 1/(1 + exp(-s))

/// Smooth switch between 1 and 0 in every half of the period tau.
fn switch(s, tau) = 1/2 + tanh(20*tau*sin(2*pi*s/tau))/2

// A stirrer on the axis of a disk of radius a, at b; the tracer at r, theta. no_slip is 1 for a
// rotlet in viscous fluid and 0 for a point vortex.

/// Squared distance from the image at a^2/b, times b^2/a^2.
fn stir_image(r, theta, a, b) = a^2 + b^2*r^2/a^2 - 2*b*r*cos(theta)

/// Squared distance from the stirrer.
fn stir_distance(r, theta, b) = b^2 + r^2 - 2*b*r*cos(theta)

/// Factor of the part that stops the fluid at the wall.
fn stir_wall(r, a, b) = (1 - r^2/a^2)*(a^2 - b^2*r^2/a^2)

/// Velocity away from the centre.
fn stir_radial(r, theta, a, b, no_slip) =
    b*sin(theta)*(-no_slip*stir_wall(r, a, b)/stir_image(r, theta, a, b)^2 -
        1/stir_image(r, theta, a, b) + 1/stir_distance(r, theta, b))

/// Velocity around the centre.
fn stir_around(r, theta, a, b, no_slip) =
    no_slip*stir_wall(r, a, b)*(b^2*r/a^2 - b*cos(theta))/stir_image(r, theta, a, b)^2 +
    no_slip*r*(a^2 + b^2 - 2*b^2*r^2/a^2)/(a^2*stir_image(r, theta, a, b)) +
    (b^2*r/a^2 - b*cos(theta))/stir_image(r, theta, a, b) -
    (r - b*cos(theta))/stir_distance(r, theta, b)

// Viscous flow in a cavity of half width b, driven along its walls by a sine of wave number q.

/// Velocity along the walls.
fn cavity_along(x, y, q, b) =
    2*sin(q*x)*(cosh(q*b)*(q*y*cosh(q*y) + sinh(q*y)) - q*b*sinh(q*b)*sinh(q*y))/
    (2*q*b + sinh(2*q*b))

/// Velocity across.
fn cavity_across(x, y, q, b) =
    2*q*cos(q*x)*(b*sinh(q*b)*cosh(q*y) - y*cosh(q*b)*sinh(q*y))/
    (2*q*b + sinh(2*q*b))

// Tracer carried by an ideal vortex at (b, 0) in a disk of radius a: it moves on a circle around a
// point of the x axis, on which l is constant.

/// Squared ratio of the distances from the vortex and from its image at a^2/b.
fn vortex_ratio(x, y, a, b) = ((x - b)^2 + y^2)/((x - a^2/b)^2 + y^2)

/// Centre of the circle.
fn vortex_centre(l, a, b) = (b - l*a^2/b)/(1 - l)

/// Radius of the circle.
fn vortex_radius(l, a, b) = abs(sqrt(l)/(1 - l)*(a^2/b - b))

/// Kepler's equation: this grows evenly in time, q is the angle on the circle.
fn vortex_phase(q, l) = q - 2*sqrt(l)/(1 + l)*sin(q)

/// How fast it grows, by the vortex's circulation gamma.
fn vortex_rate(l, a, b, gamma) = gamma/(2*pi*vortex_radius(l, a, b)^2)*(1 - l)/(1 + l)

/// Middle of the turn that an angle is in: from there Newton's method solves Kepler's equation.
fn half_turn(q) = q - mod(q, 2*pi) + pi

// ---- Convection and its relatives ---------------------------------------------------------------

/// Convection rolls in a layer of fluid heated from below, cut down to three modes: the classic
/// strange attractor.
ode Lorenz {
    meta {
        field: "fluid dynamics"
        cite: "Lorenz (1963), J. Atmos. Sci. 20, 130-141, doi:10.1175/1520-0469(1963)020<0130:dnf>2.0.co;2"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    /// Prandtl number
    param sigma = 10 in [5, 15]
    /// Rayleigh ratio
    param rho = 28 in (24.74, 60]
    /// Aspect of the rolls
    param beta = 8/3 in [2, 4]
    state x = -9.7869288, y = -15.03852, z = 20.533978

    x' = sigma*(y - x)
    y' = rho*x - x*z - y
    z' = x*y - beta*z

    known {
        lyapunov: [0.906, 0, -14.572] ± 1e-3 from "sprott.physics.wisc.edu/chaos/lorenzle.htm"
    }
    sample { period: 1.5008, transient: 15 }
}

/// The Lorenz flow with its speed scaled to vanish on a sphere, so that everything started inside
/// stays inside while the attractor keeps its orbit.
ode LorenzBounded {
    meta {
        field: "fluid dynamics"
        cite: "Sprott & Xiong (2015), Chaos 25, 083101, doi:10.1063/1.4927643"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param beta = 8/3, r = 64, rho = 28, sigma = 10
    state x = -13.284881, y = -12.444334, z = 34.188198

    let brake = 1 - (x^2 + y^2 + z^2)/r^2
    x' = sigma*(y - x)*brake
    y' = (rho*x - x*z - y)*brake
    z' = (x*y - beta*z)*brake

    sample { period: 1.3716, transient: 14 }
}

/// A strongly driven Lorenz system that pulls along a second, weakly driven one through its first
/// variable.
ode LorenzCoupled {
    meta {
        field: "fluid dynamics"
        cite: "after Lorenz (1963), J. Atmos. Sci. 20, 130-141, doi:10.1175/1520-0469(1963)020<0130:dnf>2.0.co;2"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param beta = 8/3
    /// Strength of the coupling
    param eps = 2.85
    /// Rayleigh ratio of Lorenz, and those of the two systems
    param rho = 28, rho1 = 5/4*rho, rho2 = 1.15
    /// Prandtl number of both
    param sigma = 10
    state x1 = 7.0921483, y1 = 10.117408, z1 = 25.708428, x2 = 2.1689893, y2 = 0.96121877
    state z2 = 0.89550187

    x1' = sigma*(y1 - x1)
    y1' = rho1*x1 - x1*z1 - y1
    z1' = x1*y1 - beta*z1
    x2' = sigma*(y2 - x2) + eps*(x1 - x2)
    y2' = rho2*x2 - x2*z2 - y2
    z2' = x2*y2 - beta*z2

    sample { period: 1.6207, transient: 16 }
}

/// Acoustic-gravity waves in a rotating atmosphere: the Lorenz equations with one more mode for
/// the rotation.
ode LorenzStenflo {
    meta {
        field: "fluid dynamics"
        cite: "Stenflo (1996), Phys. Scr. 53, 83-84, doi:10.1088/0031-8949/53/1/015"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2, b = 0.7, c = 26, d = 1.5
    state x = 4.233438598886809, y = 9.08970605484108, z = 21.86662535600487
    state w = -1.4080695182833802

    x' = a*(y - x) + d*w
    y' = c*x - x*z - y
    z' = x*y - b*z
    w' = -x - a*w

    sample { period: 3.8877142857142855, transient: 39 }
}

/// A convection cell reduced to three modes in which the second mode grows by itself.
ode RayleighBenard {
    meta {
        field: "fluid dynamics"
        cite: "Yanagita & Kaneko (1995), Physica D 82, 288-313, doi:10.1016/0167-2789(94)00233-g"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
    }
    param a = 30, b = 5, r = 18
    state x = -15.660582, y = -13.32018, z = 26.879362

    x' = a*(y - x)
    y' = r*y - x*z
    z' = x*y - b*z

    sample { period: 0.91967, transient: 9.2 }
}

/// Double convection in a layer of fluid between side walls, near the onset of motion.
ode Rucklidge {
    meta {
        field: "fluid dynamics"
        cite: "Rucklidge (1992), J. Fluid Mech. 237, 209-229, doi:10.1017/s0022112092003392"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2, b = 6.7
    state x = 1.9257158, y = 3.1923835, z = 5.7829655

    x' = -a*x + b*y - y*z
    y' = x
    z' = -z + y^2

    sample { period: 6.0721, transient: 61 }
}

/// A parcel of compressible fluid that is buoyant, dragged and leaks heat: an irregular
/// oscillator proposed for pulsating stars.
ode MooreSpiegel {
    meta {
        field: "fluid dynamics"
        cite: "Moore & Spiegel (1966), Astrophys. J. 143, 871-887, doi:10.1086/148562"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 10, b = 4, eps = 9
    state x = -3.4733266, y = 19.666962, z = -3.8262485

    x' = y
    y' = a*z
    z' = -z + eps*y - y*x^2 - b*x

    sample { period: 1.2887, transient: 13 }
}

/// A caricature of the Lorenz flow at high Rayleigh number, whose limit cycle loses its symmetry
/// and then turns chaotic.
ode ShimizuMorioka {
    meta {
        field: "fluid dynamics"
        cite: "Shimizu & Morioka (1980), Phys. Lett. A 76, 201-204, doi:10.1016/0375-9601(80)90466-1"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.85, b = 0.5
    state x = 0.016838697, y = 0.03489384, z = 0.35346848

    x' = y
    y' = x - a*y - x*z
    z' = -b*z + x^2

    sample { period: 12.038, transient: 120 }
}

/// A double scroll with the rotational symmetry of the Lorenz flow but another template.
ode BurkeShaw {
    meta {
        field: "fluid dynamics"
        cite: "Shaw (1981), Z. Naturforsch. A 36, 80-112, doi:10.1515/zna-1981-0115"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param e = 13, n = 10
    state x = -0.79153188, y = 0.65244479, z = 0.22517831

    x' = -n*(x + y)
    y' = y - n*x*z
    z' = n*x*y + e

    sample { period: 0.78333, transient: 7.8 }
}

// ---- Atmosphere, ocean, solid earth, near space -------------------------------------------------

/// The westerlies and two phases of the waves that carry heat poleward: a general circulation
/// with three variables.
ode Lorenz84 {
    meta {
        field: "atmosphere and climate"
        cite: "Lorenz (1984), Tellus 36A, 98-110, doi:10.3402/tellusa.v36i2.11473"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
    }
    /// Damping of the westerlies
    param a = 1.32
    /// Advection of the waves by them
    param b = 7.91
    /// Thermal forcing, symmetric and not
    param f = 4.83, g = 4.194
    state x = 1.926479236120359, y = -0.13402110197257552, z = -1.72146730664761

    x' = -a*x - y^2 - z^2 + a*f
    y' = -y + x*y - b*x*z + g
    z' = -z + b*x*y + x*z

    sample { period: 6.2586, transient: 63 }
}

/// The three-variable general circulation at the strength of forcing that is named after Hadley's
/// cell.
ode Hadley {
    meta {
        field: "atmosphere and climate"
        cite: "Lorenz (1984), Tellus 36A, 98-110, doi:10.1111/j.1600-0870.1984.tb00230.x"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_as: "Lorenz84"
    }
    /// Damping of the westerlies
    param a = 0.2
    /// Advection of the waves by them
    param b = 4
    /// Thermal forcing, symmetric and not
    param f = 9, g = 1
    state x = 1.3664423, y = 0.9309146, z = 0.64283417

    x' = -y^2 - z^2 - a*x + a*f
    y' = x*y - b*x*z - y + g
    z' = b*x*y + x*z - z

    sample { period: 1.4541, transient: 15 }
}

/// A quantity carried around a circle of latitude: quadratic advection, damping and a constant
/// push.
ode Lorenz96 {
    meta {
        field: "atmosphere and climate"
        cite: "Lorenz (1996), Proc. ECMWF Seminar on Predictability 1, 1-18"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    structural param N = 4 in [4, 512]
    param f = 20
    index i in 0..N cyclic
    state x[i] =
        if i == 0 then -2.46820633
        elif i == 1 then 0.09570264
        elif i == 2 then 1.59270902
        elif i == 3 then 10.21372147
        else f

    x[i]' = (x[i+1] - x[i-2])*x[i-1] - x[i] + f

    sample { period: 2.1969, transient: 22 }
}

/// Two oscillators of widely different frequency that exchange energy without loss through
/// quadratic terms: a sketch of how weather regimes switch.
ode AtmosphericRegime {
    meta {
        field: "atmosphere and climate"
        cite: "Tuwankotta (2006), Int. J. Non-Linear Mech. 41, 180-191, doi:10.1016/j.ijnonlinmec.2005.02.007"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param alpha = -2, beta = -5, mu1 = 0.05, mu2 = -0.01, omega = 3, sigma = 1.1
    state x = 0.026544189906947246, y = 0.20580772677536016, z = 0.43758119702219506

    x' = mu1*x + sigma*x*y
    y' = mu2*y + omega*z + alpha*y*z + beta*z^2 - sigma*x^2
    z' = mu2*z - omega*y - alpha*y^2 - beta*y*z

    sample { period: 89.59496756697331, transient: 900 }
}

/// Current, and the temperatures at both ends of an equatorial ocean: a minimal El Nino.
ode VallisElNino {
    meta {
        field: "atmosphere and climate"
        cite: "Vallis (1988), J. Geophys. Res. 93, 13979-13991, doi:10.1029/jc093ic11p13979"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param b = 102, c = 3, p = 0
    state x = -6.99286331487343, y = 0.023254276622294345, z = -0.1658177563067799

    x' = b*y - c*(x + p)
    y' = -y + x*z
    z' = -z - x*y + 1

    sample { period: 2.2087, transient: 22 }
}

/// Two disk dynamos that feed each other's coils, and flip their fields as the Earth's does.
ode RikitakeDynamo {
    meta {
        field: "geophysics"
        cite: "Rikitake (1958), Proc. Cambridge Philos. Soc. 54, 89-105, doi:10.1017/s0305004100033223"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    /// Difference of the speeds
    param a = 1
    /// Resistance
    param mu = 1
    state x = -0.7791562791136255, y = -0.6302244598741468, z = 2.671200187214492

    x' = -mu*x + y*z
    y' = -mu*y - a*x + x*z
    z' = 1 - x*y

    sample { period: 5.8975, transient: 59 }
}

/// Energy handed from the solar wind to the magnetosphere and the ionosphere, with an unloading
/// switch at a critical current. A relaxation cycle at this speed of the wind; the start lies far
/// from it.
ode WindmiReduced {
    meta {
        field: "plasma physics"
        cite: "Smith, Thiffeault & Horton (2000), J. Geophys. Res. 105, 12983-12996, doi:10.1029/1999ja000218"
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
    }
    param a1 = 0.247, b1 = 10.8, b2 = 0.0752, b3 = 1.06, d1 = 2200, vsw = 5
    state i = 0.93337506, v = 6.2678923, p = 41.969547

    i' = a1*(vsw - v)
    v' = b1*i - b2*sqrt(p) - b3*v
    p' = vsw^2 - p^(5/4)*sqrt(vsw)*(1 + tanh(d1*(i - 1)))/2

    sample { period: 4.6733, transient: 500 }
}

// ---- Stirring: paths of particles in given flows ------------------------------------------------

/// Particle paths in a steady periodic flow that solves Euler's equations and is everywhere
/// parallel to its own vorticity.
ode ArnoldBeltramiChildress {
    meta {
        field: "fluid dynamics"
        cite: "Arnold (1966), J. Appl. Math. Mech. 30, 223-226, doi:10.1016/0021-8928(66)90070-0"
        tags: ["autonomous", "conservative", "transcendental"]
    }
    param a = sqrt(3), b = sqrt(2), c = 1
    state x = 147.91266 wrap [-pi, pi), y = -1762.805 wrap [-pi, pi)
    state z = -647.37622 wrap [-pi, pi)

    x' = a*sin(z) + c*cos(y)
    y' = b*sin(x) + a*cos(z)
    z' = c*sin(y) + b*cos(x)

    output sin_x = sin(x), cos_y = cos(y), sin_z = sin(z)

    sample { period: 2.8508, transient: 29 }
}

/// Two counter-rotating cells whose dividing wall sways from side to side and lets fluid leak
/// across.
ode DoubleGyre {
    meta {
        field: "fluid dynamics"
        cite: "Shadden, Lekien & Marsden (2005), Physica D 212, 271-304, doi:10.1016/j.physd.2005.10.007"
        tags: ["forced", "conservative", "transcendental"]
    }
    param alpha = 0.1, eps = 0.1, omega = pi/5
    state x = 1.5327241, y = 0.99802126, z = 3879.3323 wrap [-pi, pi)

    let a = eps*sin(z)
    let b = 1 - 2*eps*sin(z)
    let f = a*x^2 + b*x
    x' = -alpha*pi*sin(pi*f)*cos(pi*y)
    y' = alpha*pi*cos(pi*f)*sin(pi*y)*(2*a*x + b)
    z' = omega

    output x = x, y = y, sin_z = sin(z)

    sample { period: 13.953, transient: 140 }
}

/// Tracer in a row of convection rolls that is shaken sideways: islands in a stochastic sea.
ode OscillatingFlow {
    meta {
        field: "fluid dynamics"
        cite: "Solomon & Gollub (1988), Phys. Rev. A 38, 6280-6286, doi:10.1103/physreva.38.6280"
        tags: ["forced", "conservative", "transcendental"]
    }
    param b = 0.48, k = 1, omega = 0.49, u = 0.72
    state x = 3.14159265, y = 1.04719755, z = 0.4 wrap [-pi, pi)

    x' = u*cos(k*y)*sin(k*(x + b*sin(z)))
    y' = -u*sin(k*y)*cos(k*(x + b*sin(z)))
    z' = omega

    output cos_k_x = cos(k*x), y = y, sin_z = sin(z)

    sample { period: 23.857, transient: 240 }
}

/// Tracer near a zonal jet with three travelling waves riding on it; on a torus from here.
ode BickleyJet {
    meta {
        field: "fluid dynamics"
        cite: "Hadjighasem, Karrasch, Teramoto & Haller (2016), Phys. Rev. E 93, 063107, doi:10.1103/physreve.93.063107"
        tags: ["forced", "conservative", "transcendental", "not_chaotic"]
    }
    index i in 0..3
    param ell = 1.77, omega = 1, u = 6.266e-5
    /// Amplitudes, wave numbers and speeds of the three waves
    param eps[i] = [0.0075, 0.15, 0.3]
    param k[i] = [0.313922, 0.627845, 0.941767]
    param sigma[i] = [9.05854e-6, 1.28453e-5, 2.88863e-5]
    state y = -0.4, x = 0.3, z = 0

    let jet = u/cosh(y/ell)^2
    let phase[i] = k[i]*(x - z*sigma[i])
    y' = ell*jet*sum(i)(eps[i]*k[i]*sin(phase[i]))
    x' = jet*(-1 - 2*tanh(y/ell)*sum(i)(eps[i]*cos(phase[i])))
    z' = omega

    output y = y
    output sin_x = sin(min(i)(k[i])*x)
    output sin_z = sin(omega*z*min(i)(k[i])*min(i)(sigma[i]))

    sample { period: 97826.57, transient: 980000 }
}

/// Two stirrers in a disk of very viscous fluid, switched on in turn; polar coordinates. The wall
/// does not slip.
ode BlinkingRotlet {
    meta {
        field: "fluid dynamics"
        cite: "Meleshko & Aref (1996), Phys. Fluids 8, 3215-3217, doi:10.1063/1.869128"
        tags: ["forced", "conservative", "transcendental", "twin"]
    }
    /// Radius of the disk, distance of the stirrers, 1 for a wall without slip
    param a = 1, b = 0.5298833894399929, bc = 1
    /// Strength of the stirrers, period of the switching
    param sigma = -1, tau = 3
    state r = -0.08541919, theta = -0.05204435 wrap [-pi, pi), tt = 0

    let w = switch(tt, tau)
    r' = sigma*(w*stir_radial(r, theta, a, b, bc) + (1 - w)*stir_radial(r, theta, a, -b, bc))
    theta' = sigma*(w*stir_around(r, theta, a, b, bc) + (1 - w)*stir_around(r, theta, a, -b, bc))/r
    tt' = 1

    output x = r*cos(theta), y = r*sin(theta), sin_tt = sin(2*pi*tt/tau)

    sample { period: 2.9520625, transient: 30 }
}

/// Two point vortices in a disk, switched on in turn; the wall slips. Polar coordinates.
ode BlinkingVortex {
    meta {
        field: "fluid dynamics"
        cite: "Aref (1984), J. Fluid Mech. 143, 1-21, doi:10.1017/s0022112084001233"
        tags: ["forced", "conservative", "transcendental", "twin"]
        same_form_as: "BlinkingRotlet"
    }
    /// Radius of the disk, distance of the stirrers, 1 for a wall without slip
    param a = 1, b = 0.5, bc = 0
    /// Strength of the stirrers, period of the switching
    param sigma = -1, tau = 3
    state r = -0.08541919, theta = -0.05204435 wrap [-pi, pi), tt = 0

    let w = switch(tt, tau)
    r' = sigma*(w*stir_radial(r, theta, a, b, bc) + (1 - w)*stir_radial(r, theta, a, -b, bc))
    theta' = sigma*(w*stir_around(r, theta, a, b, bc) + (1 - w)*stir_around(r, theta, a, -b, bc))/r
    tt' = 1

    output x = r*cos(theta), y = r*sin(theta), sin_tt = sin(2*pi*tt/tau)

    sample { period: 2.7616666666666667, transient: 28 }
}

/// Tracer in a viscous cavity whose side walls are driven in turn, kept to two Fourier modes.
ode LidDrivenCavityFlow {
    meta {
        field: "fluid dynamics"
        cite: "Grover, Ross, Stremler & Kumar (2012), Chaos 22, 043135, doi:10.1063/1.4768666"
        tags: ["forced", "conservative", "transcendental"]
    }
    /// Length and half width of the cavity, period of the switching
    param a = 6, b = 1, tau = 1.1
    /// Speeds of the walls in the two modes
    param u1 = 9.92786, u2 = 8.34932
    state x = 3.966790341130254, y = 0.18425981346720144, tt = 0

    let side = 2*switch(tt, tau) - 1
    x' = side*u1*cavity_along(x, y, pi/a, b) + u2*cavity_along(x, y, 2*pi/a, b)
    y' = side*u1*cavity_across(x, y, pi/a, b) + u2*cavity_across(x, y, 2*pi/a, b)
    tt' = 1

    output x = x, y = y, sin_tt = sin(2*pi*tt/tau)

    sample { period: 2.7333134945588955, transient: 27 }
}

/// Viscous fluid in a circular cylinder driven by a slip velocity along the wall that alternates
/// between two sets of Fourier modes; polar coordinates.
ode InteriorSquirmer {
    meta {
        field: "fluid dynamics"
        cite: "Blake (1971), Bull. Aust. Math. Soc. 5, 255-264, doi:10.1017/s0004972700047134"
        tags: ["forced", "conservative", "transcendental"]
    }
    structural param modes = 5 in [1, 64]
    index n in 0..modes
    /// Fourier modes of the slip velocity in the first and the second half of the period tau
    param a[n] = 0.5, g[n] = 0.5
    param tau = 3
    state r = 0.1, th = 0.1 wrap [-pi, pi), tt = 0.1

    let w = switch(tt, tau)
    let swirl[n] = w*a[n]*sin((n + 1)*th) + (1 - w)*g[n]*cos((n + 1)*th)
    let push[n] = w*a[n]*cos((n + 1)*th) - (1 - w)*g[n]*sin((n + 1)*th)
    r' = sum(n)((n + 1)*r^(n + 1)*(r^2 - 1)/r*swirl[n])
    th' = sum(n)(r^(n + 1)*(2*r + (r^2 - 1)*(n + 1)/r)*push[n])/r
    tt' = 1

    output x = r*cos(th), y = r*sin(th), sin_tt = sin(2*pi*tt/tau)

    sample { period: 28.822573200111794, transient: 290 }
}

// ---- Mechanics and celestial mechanics ----------------------------------------------------------

/// A star in the potential of a galaxy, near the plane: two oscillators and a cubic coupling. The
/// motion stays on a torus from the start given here.
ode HenonHeiles {
    meta {
        field: "astronomy"
        cite: "Hénon & Heiles (1964), Astron. J. 69, 73-79, doi:10.1086/109234"
        tags: ["autonomous", "conservative", "polynomial", "not_chaotic"]
    }
    param lam = 1
    state x = -0.29707259, y = -0.0031367513, px = 0.42548865, py = 0.071905482

    hamiltonian (x, px), (y, py): (px^2 + py^2)/2 + (x^2 + y^2)/2 + lam*(x^2*y - y^3/3)

    sample { period: 6.37, transient: 64 }
}

/// Atwood's machine with one weight free to swing: the string shortens and lengthens the
/// pendulum.
ode SwingingAtwood {
    meta {
        field: "mechanics"
        cite: "Tufillaro, Abbott & Griffiths (1984), Am. J. Phys. 52, 895-903, doi:10.1119/1.13791"
        tags: ["autonomous", "conservative", "transcendental"]
    }
    /// Swinging and straight weight
    param m1 = 1, m2 = 4.5
    state r = 0.113296, th = 1.5707963267948966 wrap [-pi, pi), pr = 0.10992, pth = 0.17747

    let g = 9.82
    hamiltonian (r, pr), (th, pth):
        pr^2/(2*(m1 + m2)) + pth^2/(2*m1*r^2) + g*r*(m2 - m1*cos(th))

    output r = r, sin_th = sin(th), pr = pr, pth = pth

    sample { period: 0.3417647058823529, transient: 3.4 }
}

/// Two rigid pendula, one hanging from the other, without friction: angles and their momenta.
ode DoublePendulum {
    meta {
        field: "mechanics"
        cite: "Marion (1965), Classical Dynamics of Particles and Systems, Academic Press, doi:10.1016/c2013-0-12598-6"
        tags: ["autonomous", "conservative", "transcendental"]
    }
    param g = 9.81
    /// Lengths and masses
    param l1 = 1, l2 = 1, m1 = 1, m2 = 1
    state th1 = -44.334542 wrap [-pi, pi), th2 = 223.53554 wrap [-pi, pi)
    state p1 = -1.2249799, p2 = 2.535486

    let c = cos(th1 - th2), s = sin(th1 - th2)
    let squares = m2*l2^2*p1^2 + (m1 + m2)*l1^2*p2^2 - 2*m2*l1*l2*p1*p2*c
    let kinetic = squares/(2*m2*l1^2*l2^2*(m1 + m2*s^2))
    let height = -(m1 + m2)*l1*cos(th1) - m2*l2*cos(th2)
    hamiltonian (th1, p1), (th2, p2): kinetic + g*height

    output sin_th1 = sin(th1), sin_th2 = sin(th2), p1 = p1, p2 = p2

    sample { period: 4.0234, transient: 40 }
}

/// The classical limit of quadrupole bosons in a nucleus: two oscillators with the symmetry of a
/// triangle.
ode NuclearQuadrupole {
    meta {
        field: "nuclear physics"
        cite: "Baran & Raduta (1998), Int. J. Mod. Phys. E, doi:10.1142/s0218301398000282"
        tags: ["autonomous", "conservative", "polynomial"]
    }
    param a = 1, b = 0.55, d = 0.4
    state q1 = -0.85591178, q2 = 1.48078342, p1 = -0.85075322, p2 = 1.63576085

    let rr = q1^2 + q2^2
    hamiltonian (q1, p1), (q2, p2):
        a*(p1^2 + p2^2 + rr)/2 + b/sqrt(2)*q1*(3*q2^2 - q1^2) + d*rr^2/4

    sample { period: 6.023076923076923, transient: 60 }
}

/// Two rotators kicked by a smooth periodic coupling: slow drift along a web of resonances.
ode ArnoldWeb {
    meta {
        field: "mechanics"
        cite: "Froeschlé, Guzzo & Lega (2000), Science 289, 2108, doi:10.1126/science.289.5487.2108"
        tags: ["forced", "conservative", "transcendental"]
    }
    param mu = 0.01, w = 1
    state p1 = 0.10469507, p2 = 0.0892929984
    state x1 = 11025.3686 wrap [-pi, pi), x2 = 6055.32273 wrap [-pi, pi), z = 0.1 wrap [-pi, pi)

    let q = 4 + cos(z) + cos(x1) + cos(x2)
    p1' = -mu*sin(x1)/q^2
    p2' = -mu*sin(x2)/q^2
    x1' = p1
    x2' = p2
    z' = w

    output p1 = p1, p2 = p2, sin_x1 = sin(x1), sin_x2 = sin(x2), cos_z = cos(z)

    sample { period: 67.25, transient: 670 }
}

/// Euler's equations of a rigid body with linear feedback; two strange attractors side by side.
ode NewtonLiepnik {
    meta {
        field: "mechanics"
        cite: "Leipnik & Newton (1981), Phys. Lett. A 86, 63, doi:10.1016/0375-9601(81)90165-1"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.4, b = 0.175
    state x = 0.29430753, y = 0.10649486, z = 0.29081125

    x' = -a*x + y + 10*y*z
    y' = -x - 0.4*y + 5*x*z
    z' = b*z - 5*x*y

    sample { period: 8.5095, transient: 85 }
}

/// Euler's equations of a rigid body made chaotic by feedback on its three rates.
ode ChenLee {
    meta {
        field: "mechanics"
        cite: "Chen & Lee (2004), Chaos Solitons Fractals 21, 957-965, doi:10.1016/j.chaos.2003.12.034"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 5, b = -10, c = -0.38
    state x = 0.17177112, y = 0.10360479, z = 6.2553878

    x' = a*x - y*z
    y' = b*y + x*z
    z' = c*z + x*y/3

    sample { period: 2.8043, transient: 28 }
}

/// An oscillator with two wells, dragged by a belt with dry friction and weakly shaken. Where it
/// sticks the field jumps towards the surface v = vs from both sides.
ode StickSlipOscillator {
    meta {
        field: "mechanics"
        cite: "Awrejcewicz & Holicke (1999), Int. J. Bifurc. Chaos, doi:10.1142/s0218127499000341"
        tags: ["forced", "dissipative", "transcendental", "piecewise", "not_chaotic"]
    }
    param a = 1, alpha = 0.3, b = 1, beta = 0.3, eps = 0.05, gamma = 1, t0 = 0.3, vs = 0.4, w = 2
    state x = 0.85539847, v = -0.39125834, th = 0 wrap [-pi, pi)

    let slip = v - vs
    let friction = t0*sign(slip) - alpha*slip + beta*slip^3
    x' = v
    v' = eps*(gamma*cos(th) - friction) + a*x - b*x^3
    th' = w

    output x = x, v = v, cos_th = cos(th)

    sample { period: 1.6129, transient: 16 }
}

/// A droplet on a soap film that is shaken up and down: free flight, and a spring with loss on
/// contact. Chaotic for hundreds of periods, then periodic.
ode FluidTrampoline {
    meta {
        field: "mechanics"
        cite: "Gilet & Bush (2009), J. Fluid Mech. 625, 167-203, doi:10.1017/s0022112008005442"
        tags: ["forced", "dissipative", "transcendental", "piecewise", "not_chaotic"]
    }
    param gamma = 1.82, psi = 0.01019, w = 1.21
    state x = -0.65820064, y = -2.8807787, th = 0.1 wrap [-pi, pi)

    x' = y
    y' = -1 - heaviside(-x)*(x + psi*y*abs(y)) + gamma*cos(th)
    th' = w

    output x = x, y = y, cos_th = cos(th)

    sample { period: 7.7351, transient: 77 }
}

/// A periodically forced oscillator with two wells, such as a buckled beam between magnets.
ode Duffing {
    meta {
        field: "mechanics"
        cite: "Duffing (1918), Erzwungene Schwingungen bei veränderlicher Eigenfrequenz, Vieweg, Braunschweig"
        tags: ["forced", "dissipative", "transcendental"]
    }
    /// Stiffness, cubic and linear; linear below zero makes two wells
    param alpha = 1, beta = -1
    /// Damping
    param delta = 0.1
    /// Strength and frequency of the force
    param gamma = 0.35, omega = 1.4
    state x = -1.1635382, y = -0.5092374, z = 0 wrap [-pi, pi)

    x' = y
    y' = -delta*y - beta*x - alpha*x^3 + gamma*cos(z)
    z' = omega

    output x = x, y = y, cos_z = cos(z)

    sample { period: 7.4496, transient: 74 }
}

/// An oscillator coupled to a thermostat that keeps its mean energy: volume is preserved on
/// average, and chaos and tori live side by side.
ode NoseHoover {
    meta {
        field: "statistical physics"
        cite: "Nosé (1984), J. Chem. Phys. 81, 511-519; Hoover (1985), Phys. Rev. A 31, 1695-1697, doi:10.1103/physreva.31.1695"
        tags: ["autonomous", "conservative", "polynomial", "twin"]
        same_form_as: "SprottA"
    }
    /// Temperature
    param a = 1.5
    state x = -1.9758582, y = 0.24647527, z = 0.79024299

    x' = y
    y' = -x + y*z
    z' = a - y^2

    sample { period: 5.8673, transient: 59 }
}

/// A point that winds around a torus, given by its velocity as a function of time alone: a
/// quasiperiodic control case, not chaos.
ode Torus {
    meta {
        field: "mathematics"
        cite: "Strogatz (1994), Nonlinear Dynamics and Chaos"
        tags: ["forced", "conservative", "transcendental", "not_chaotic"]
    }
    param a = 0.5, n = 15.3, r = 1
    state x = -13.72884, y = 1.9094726, z = 0.72831447

    x' = -a*n*sin(n*t)*cos(t) - (r + a*cos(n*t))*sin(t)
    y' = -a*n*sin(n*t)*sin(t) + (r + a*cos(n*t))*cos(t)
    z' = a*n*cos(n*t)

    output x = x, y = y, z = z

    sample { period: 6.36, transient: 64 }
}

// ---- Electronics and optics ---------------------------------------------------------------------

/// Chua's circuit: an inductor, two capacitors and a resistor of three slopes make a double
/// scroll.
ode Chua {
    meta {
        field: "electronics"
        cite: "Matsumoto (1984), IEEE Trans. Circuits Syst. 31, 1055-1058, doi:10.1109/tcs.1984.1085459"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    param alpha = 15.6 in [9, 20], beta = 28, m0 = -8/7, m1 = -5/7
    state x = 1.1262351, y = -0.11386474, z = -0.78324421

    x' = alpha*(y - x - chua_ramp(x, m0, m1))
    y' = x - y + z
    z' = -beta*y

    sample { period: 1.4235, transient: 14 }
}

/// Chua's circuit with more corners in its resistor, for as many scrolls.
ode MultiChua {
    meta {
        field: "electronics"
        cite: "Yalçın, Suykens & Vandewalle (2005), Cellular Neural Networks, Multi-Scroll Chaos and Synchronization, World Scientific, doi:10.1142/9789812567741"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    index i in 0..6
    param a = 9, b = 14.286
    /// Corners (the first is unused) and slopes of the resistor
    param c[i] = [0, 1, 2.15, 3.6, 8.2, 13]
    param m[i] = [-1/7, 2/7, -4/7, 2/7, -4/7, 2/7]
    state x = -21.160123, y = 1.0322356, z = 27.405269

    let g = m[5]*x + sum(j in 1..6)((m[j-1] - m[j])*saturate(x, c[j]))
    x' = a*(y - g)
    y' = x - y + z
    z' = -b*y

    sample { period: 2.2586, transient: 23 }
}

/// Three cells of a cellular neural network: linear feedback through saturated outputs.
ode CellularNeuralNetwork {
    meta {
        field: "electronics"
        cite: "Arena, Caponetto, Fortuna & Porto (1998), Int. J. Bifurc. Chaos 8, 1527, doi:10.1142/s0218127498001170"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    param a = 4.4, b = 3.21, c = 1.1, d = 1.24
    state x = -0.26574016, y = -0.36754928, z = -0.073094132

    let fx = saturate(x, 1), fy = saturate(y, 1), fz = saturate(z, 1)
    x' = -x + d*fx - b*fy - b*fz
    y' = -y - b*fx + c*fy - a*fz
    z' = -z - b*fx + a*fy + fz

    sample { period: 3.2, transient: 32 }
}

/// The transistor oscillator, with a piecewise linear transistor.
ode Colpitts {
    meta {
        field: "electronics"
        cite: "Kennedy (1994), IEEE Trans. Circuits Syst. I 41, 771-774, doi:10.1109/81.331536"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    param a = 30, b = 0.8, c = 20, d = 0.08, e = 10
    state x = 8.9389043, y = 0.64637337, z = 8.7869304

    let u = z - (e - 1)
    let f = -u*(1 - heaviside(u))
    x' = y - a*f
    y' = c - x - b*y - z
    z' = y - d*z

    sample { period: 4.2676, transient: 43 }
}

/// A jerk equation whose one nonlinearity is a diode.
ode JerkCircuit {
    meta {
        field: "electronics"
        cite: "Sprott (2011), IEEE Trans. Circuits Syst. II 58, 240-243, doi:10.1109/tcsii.2011.2124490"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    /// Saturation current and thermal voltage of the diode
    param eps = 1e-9, y0 = 0.026
    state x = -1.300882, y = 0.065382947, z = 0.91801911

    x' = y
    y' = z
    z' = -z - x - eps*(exp(y/y0) - 1)

    sample { period: 19.4546, transient: 190 }
}

/// A triode oscillator driven by a weak sine; strongly nonlinear, locked to the drive here.
ode ForcedVanDerPol {
    meta {
        field: "electronics"
        cite: "van der Pol (1920), Radio Review 1; (1926), Philos. Mag. 2, 978-992, doi:10.1080/14786442608564127"
        tags: ["forced", "dissipative", "transcendental", "not_chaotic"]
    }
    /// Strength of the force
    param a = 1.2
    /// Nonlinearity
    param mu = 8.53
    /// Frequency of the force
    param w = 0.63
    state x = -1.520504, y = 0.19640249, z = 687.39073 wrap [-pi, pi)

    x' = y
    y' = mu*(1 - x^2)*y - x + a*sin(z)
    z' = w

    output x = x, y = y, sin_z = sin(z)

    sample { period: 14.476875, transient: 140 }
}

/// A self-sustained oscillator whose inertial feedback acts during one half of the swing only.
ode AnishchenkoAstakhov {
    meta {
        field: "electronics"
        cite: "Anishchenko et al. (2007), Nonlinear Dynamics of Chaotic and Stochastic Systems, doi:10.1007/978-3-540-38168-6"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    param eta = 0.5, mu = 1.2
    state x = 3.6225814, y = 3.3226339, z = 1.9973142

    x' = mu*x + y - x*z
    y' = -x
    z' = -eta*z + eta*heaviside(x)*x^2

    sample { period: 6.814, transient: 68 }
}

/// A temperature-compensated analogue circuit with an exponential of a product.
ode YuWang {
    meta {
        field: "electronics"
        cite: "Yu & Wang (2012), Eng. Technol. Appl. Sci. Res. 2, 209-215, doi:10.48084/etasr.86"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    param a = 10, b = 40, c = 2, d = 2.5
    state x = -0.21422356, y = -0.17935495, z = 14.105516

    x' = a*(y - x)
    y' = b*x - c*x*z
    z' = exp(x*y) - d*z

    sample { period: 1.3366, transient: 13 }
}

/// The circuit of `YuWang` with a hyperbolic cosine in place of the exponential.
ode YuWang2 {
    meta {
        field: "electronics"
        cite: "Yu & Wang (2012), Eng. Technol. Appl. Sci. Res. 2, 209-215, doi:10.48084/etasr.86"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    param a = 10, b = 30, c = 2, d = 2.5
    state x = 0.12581483, y = 1.2467348, z = 18.358568

    x' = a*(y - x)
    y' = b*x - c*x*z
    z' = cosh(x*y) - d*z

    sample { period: 0.39265, transient: 3.9 }
}

/// A two-scroll flow with a hyperbolic tangent and an absolute value, for a simple circuit.
ode SanUmSrisuchinwong {
    meta {
        field: "electronics"
        cite: "San-Um & Srisuchinwong (2012), J. Comput. 7, 1041-1047, doi:10.4304/jcp.7.4.1041-1047"
        tags: ["autonomous", "dissipative", "transcendental", "piecewise"]
    }
    param a = 2
    state x = 0.63878078, y = 1.0901873, z = 2.4479814

    x' = y - x
    y' = -z*tanh(x)
    z' = -a + x*y + abs(y)

    sample { period: 7.4654, transient: 75 }
}

/// A three-dimensional flow, built as a circuit, with two, three or four scrolls as one parameter
/// moves.
ode Dadras {
    meta {
        field: "electronics"
        cite: "Dadras & Momeni (2009), Phys. Lett. A 373, 3637-3642, doi:10.1016/j.physleta.2009.07.088"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param c = 2, e = 9, o = 2.7, p = 3, r = 1.7
    state x = 1.0284085, y = -3.5348655, z = -0.72081646

    x' = y - p*x + o*y*z
    y' = r*y - x*z + z
    z' = c*x*y - e*z

    sample { period: 3.2886, transient: 33 }
}

/// A quadratic and cubic flow offered as a model of a semiconductor laser, with a circuit.
ode Laser {
    meta {
        field: "optics"
        cite: "Abooee, Yaghini-Bonabi & Jahed-Motlagh (2013), Commun. Nonlinear Sci. Numer. Simul. 18, 1235-1245, doi:10.1016/j.cnsns.2012.08.036"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 10, b = 1, c = 5, d = -1, h = -5, k = -6
    state x = -2.540801356216252, y = -1.940570579119389, z = -2.9680975444071955

    x' = a*(y - x) + b*y*z^2
    y' = c*x + d*x*z^2
    z' = h*z + k*x^2

    sample { period: 0.94667, transient: 9.5 }
}

/// Waves in a medium out of equilibrium that modulate themselves.
ode RabinovichFabrikant {
    meta {
        field: "plasma physics"
        cite: "Rabinovich & Fabrikant (1979), Sov. Phys. JETP 50, 311-317"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 1.1, g = 0.87
    state x = -1.8207276, y = 0.83440917, z = 0.2078248

    x' = y*(z - 1 + x^2) + g*x
    y' = x*(3*z + 1 - x^2) + g*y
    z' = -2*z*(a + x*y)

    sample { period: 2.3356, transient: 23 }
}

// ---- Chemistry ----------------------------------------------------------------------------------

/// The stirred Belousov-Zhabotinsky reaction in three concentrations: chaos in a window of the
/// flow rate `kf`. The rate of the catalyst's oxidation is cut off where its driver is negative.
ode BelousovZhabotinsky {
    meta {
        field: "chemistry"
        cite: "Györgyi & Field (1992), Nature 355, 808-810, doi:10.1038/355808a0"
        tags: ["autonomous", "dissipative", "piecewise", "rational"]
    }
    param c1 = -8.03474, c10 = 0.0223915, c11 = 7.53559e-5, c12 = 8.07384e-6, c13 = -0.000499825
    param c2 = 0.05408, c3 = -0.0115886, c4 = 832.587, c5 = -0.029155, c6 = 0.00321617
    param c7 = -0.01352, c8 = -0.0831709, c9 = -0.0199985, ci = 0.000833, kf = 0.00035
    param t0 = 2308.62, y0 = 7.72571e-6, yb1 = 6.92813e-7, yb2 = 2.00869, yb3 = 0.01352
    param z0 = 8.33e-6
    state x = 0.023491701, z = 0.61703254, v = 0.84669066

    let ybar = yb1*z*v/(y0*(yb2*x + yb3 + kf))
    let xp = max(0, x)
    let rf = (ci - z0*z)*sqrt(xp)
    x' = t0*(c1*xp*ybar + c2*ybar + c3*xp^2 + c4*rf + c5*xp*z - kf*xp)
    z' = t0*(c6/z0*rf + c7*xp*z + c8*z*v + c9*z - kf*z)
    v' = t0*(c10*xp*ybar + c11*ybar + c12*xp^2 + c13*z*v - kf*v)

    sample { period: 0.038257, transient: 0.38 }
}

/// An autocatalytic oscillator with a periodically varied feed.
ode ForcedBrusselator {
    meta {
        field: "chemistry"
        cite: "Prigogine (1980), From Being to Becoming, W.H. Freeman"
        tags: ["forced", "dissipative", "transcendental"]
    }
    param a = 0.4, b = 1.2, f = 0.05, w = 0.81
    state x = 0.40635464, y = 1.8192295, z = 6381.6484 wrap [-pi, pi)

    x' = a + x^2*y - (b + 1)*x + f*cos(z)
    y' = b*x - x^2*y
    z' = w

    output x = x, y = y, sin_z = sin(z)

    sample { period: 20.411, transient: 200 }
}

/// Autocatalysis without heat, with small and large oscillations mixed.
ode IsothermalChemical {
    meta {
        field: "chemistry"
        cite: "Petrov, Scott & Showalter (1992), J. Chem. Phys. 97, 6191-6198, doi:10.1063/1.463727"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param delta = 1, kappa = 2.5, mu = 0.29786, sigma = 0.013
    state alpha = 0.5141505602006595, beta = 0.9984288208727641, gamma = 1.0061777118724

    alpha' = mu*(kappa + gamma) - alpha*beta^2 - alpha
    beta' = (alpha*beta^2 + alpha - beta)/sigma
    gamma' = (beta - gamma)/delta

    sample { period: 0.7302799999999999, transient: 7.3 }
}

/// A cubic model of mixed small and large oscillations in the Belousov-Zhabotinsky reaction;
/// periodic at these values.
ode KawczynskiStrizhak {
    meta {
        field: "chemistry"
        cite: "Strizhak & Kawczynski (1995), J. Phys. Chem. 99, 10830-10833, doi:10.1021/j100027a024"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param beta = -0.4, gamma = 0.49, kappa = 0.2, mu = 2.1
    state x = -1.160501, y = 5.8636902, z = -1.2031947

    x' = gamma*(y - x^3 + 3*mu*x)
    y' = -2*mu*x - y - z + beta
    z' = kappa*(x - z)

    sample { period: 10.991666666666667, transient: 110 }
}

// ---- Cells, nerves, medicine --------------------------------------------------------------------

/// Calcium released and taken up again in a cell, coupled to the messenger that triggers it:
/// bursts. States: calcium in the cytosol and in the store, and inositol trisphosphate.
ode CaTwoPlus {
    meta {
        field: "cell biology"
        cite: "Houart, Dupont & Goldbeter (1999), Bull. Math. Biol. 61, 507-530, doi:10.1006/bulm.1999.0095"
        tags: ["autonomous", "dissipative", "rational", "twin"]
    }
    param K2 = 0.1, K5 = 0.3194, Ka = 0.1, Kd = 1, Ky = 0.3, Kz = 0.6, V0 = 2, V1 = 2, V4 = 3
    param Vm2 = 6, Vm3 = 30, Vm5 = 50, beta = 0.65, eps = 13, k = 10, kf = 1, m = 2, n = 4, p = 1
    state z = 0.26162904, y = 1.0055612, a = 0.14407867

    let W2 = Vm2*hill(z, K2, 2)
    let W3 = Vm3*hill(z, Kz, m)*hill(y, Ky, 2)*hill(a, Ka, 4)
    let W5 = Vm5*hill(a, K5, p)*hill(z, Kd, n)
    z' = V0 + V1*beta - W2 + W3 + kf*y - k*z
    y' = W2 - W3 - kf*y
    a' = beta*V4 - W5 - eps*a

    sample { period: 1.343, transient: 13 }
}

/// The calcium model of `CaTwoPlus` at parameters that give a torus.
ode CaTwoPlusQuasiperiodic {
    meta {
        field: "cell biology"
        cite: "Houart, Dupont & Goldbeter (1999), Bull. Math. Biol. 61, 507-530, doi:10.1006/bulm.1999.0095"
        tags: ["autonomous", "dissipative", "rational", "not_chaotic", "twin"]
        same_form_as: "CaTwoPlus"
    }
    param K2 = 0.1, K5 = 0.3, Ka = 0.2, Kd = 0.5, Ky = 0.2, Kz = 0.5, V0 = 2, V1 = 2, V4 = 5
    param Vm2 = 6, Vm3 = 20, Vm5 = 30, beta = 0.51, eps = 0.1, k = 10, kf = 1, m = 2, n = 4, p = 2
    state z = 0.26321067, y = 0.87886607, a = 0.3148781

    let W2 = Vm2*hill(z, K2, 2)
    let W3 = Vm3*hill(z, Kz, m)*hill(y, Ky, 2)*hill(a, Ka, 4)
    let W5 = Vm5*hill(a, K5, p)*hill(z, Kd, n)
    z' = V0 + V1*beta - W2 + W3 + kf*y - k*z
    y' = W2 - W3 - kf*y
    a' = beta*V4 - W5 - eps*a

    sample { period: 0.65614, transient: 6.6 }
}

/// Two coupled cell-cycle oscillators, each holding back the other's cyclin.
ode CellCycle {
    meta {
        field: "cell biology"
        cite: "Romond, Rustici, Gonze & Goldbeter (1999), Ann. N.Y. Acad. Sci. 879, 180-193, doi:10.1111/j.1749-6632.1999.tb10419.x"
        tags: ["autonomous", "dissipative", "rational"]
    }
    param K = 0.01, Kc = 0.5, Kd1 = 0.02, Kim = 0.65, V2 = 0.15, V4 = 0.05, Vm1 = 0.3, Vm3 = 0.1
    param kd1 = 0.001, vd = 0.025, vi = 0.05
    state c1 = 0.71565329, m1 = 0.9489355, x1 = 0.98910371, c2 = 0.72138631, m2 = 0.94987035
    state x2 = 0.98912572

    c1' = vi*Kim/(Kim + m2) - vd*x1*saturation(c1, Kd1) - kd1*c1
    m1' = Vm1*saturation(c1, Kc)*saturation(1 - m1, K) - V2*saturation(m1, K)
    x1' = m1*Vm3*saturation(1 - x1, K) - V4*saturation(x1, K)
    c2' = vi*Kim/(Kim + m1) - vd*x2*saturation(c2, Kd1) - kd1*c2
    m2' = Vm1*saturation(c2, Kc)*saturation(1 - m2, K) - V2*saturation(m2, K)
    x2' = m2*Vm3*saturation(1 - x2, K) - V4*saturation(x2, K)

    sample { period: 204.71, transient: 2000 }
}

/// The Drosophila clock: messenger, protein in three forms, and light that varies with the day.
/// At these values the clock is not entrained: the motion is on a torus.
ode CircadianRhythm {
    meta {
        field: "cell biology"
        cite: "Leloup, Gonze & Goldbeter (1999), doi:10.1177/074873099129000948; Gonze, Leloup & Goldbeter (2000)"
        tags: ["forced", "dissipative", "transcendental", "not_chaotic"]
    }
    param Ki = 1, k = 0.5, k1 = 0.3, k2 = 0.15, kd = 1.4, kdn = 0.4, km = 0.4, ks = 1, n = 4
    param ps = 24, vc = 2.5, vd = 6, vdn = 1.5, vm = 0.7, vmax = 4.7, vmin = 1
    state m = 1.5401187, fc = 5.3707921, fs = 41.054266, `fn` = 11.619073
    state th = 2004.0233 wrap [-pi, pi)

    let vs = vc*(1/2 + cos(th)/2 + vmin)*(vmax - vmin)
    m' = vs*Ki^n/(Ki^n + `fn`^n) - vm*saturation(m, km)
    fc' = ks*m - k1*fc + k2*`fn` - k*fc
    fs' = k*fc - vd*saturation(fs, kd)
    `fn`' = k1*fc - k2*`fn` - vdn*saturation(`fn`, kdn)
    th' = 2*pi/ps

    output m = m, fc = fc, fs = fs, `fn` = `fn`, cos_th = cos(th)

    sample { period: 27, transient: 270 }
}

/// Two enzymes in a row, each speeded up by its own product.
ode GlycolyticOscillation {
    meta {
        field: "cell biology"
        cite: "Decroly & Goldbeter (1982), Proc. Natl. Acad. Sci. U.S.A. 79, 6917-6921, doi:10.1073/pnas.79.22.6917"
        tags: ["autonomous", "dissipative", "rational"]
    }
    param d = 0, k = 4.422, l1 = 5e8, l2 = 100, nu = 1, q1 = 50, q2 = 0.02, s1 = 200/9, s2 = 200/9
    state a = 29.453349256846987, b = 130.19350141357407, c = 0.18407087674169492

    let phi = a*(1 + a)*(1 + b)^2/(l1 + (1 + a)^2*(1 + b)^2)
    let eta = b*(1 + d*b)*(1 + c)^2/(l2 + (1 + d*b)^2*(1 + c)^2)
    a' = nu - s1*phi
    b' = q1*s1*phi - s2*eta
    c' = q2*s2*eta - k*c

    sample { period: 50.45999420049144, transient: 500 }
}

/// A bursting nerve cell in three variables: voltage, potassium gate, calcium.
ode ExcitableCell {
    meta {
        field: "neuroscience"
        cite: "Chay (1985), Physica D 16, 233-242, doi:10.1016/0167-2789(85)90060-0"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    param aho = 2.5, ahr = 0.05, ahs = 0.07, ams = 0.1, amvb = 25, amvo = 2.5, ans = 0.01
    param anvb = 20, anvo = 2, ar = 0.1, bho = 2, bhr = 0.1, bmo = -bmr*vm, bmr = 1/18, bms = 4
    param bno = -bnr*vn, bnr = 0.0125, bns = 0.125, gi = 1800, gkc = 11, gkv = 1700, gl = 7
    param kc = 0.183333, rho = 0.27, tscl = 230, vc = 100, vi = 100, vk = -75, vl = -40, vm = -50
    param vn = -30
    state v = -44.57779976420271, n = 0.13121643614884418, c = 0.4658533583951385

    let am = ams*(amvb + v)/(1 - exp(-ar*v - amvo))
    let bm = bms*exp(-bmr*v - bmo)
    let minf = am/(am + bm)
    let ah = ahs*exp(-ahr*v - aho)
    let bh = 1/(1 + exp(-bhr*v - bho))
    let hinf = ah/(ah + bh)
    let an = ans*(anvb + v)/(1 - exp(-ar*v - anvo))
    let bn = bns*exp(-bnr*v - bno)
    let ninf = an/(an + bn)
    v' = gi*minf^3*hinf*(vi - v) + gkv*n^4*(vk - v) + gkc*c/(1 + c)*(vk - v) + gl*(vl - v)
    n' = (ninf - n)*tscl*(an + bn)
    c' = rho*(minf^3*hinf*(vc - v) - kc*c)

    sample { period: 1, transient: 10 }
}

/// A nerve cell that spikes and bursts, with a slow current.
ode HindmarshRose {
    meta {
        field: "neuroscience"
        cite: "Marhl & Perc (2005), Chaos Solitons Fractals; after Hindmarsh & Rose (1984), doi:10.1098/rspb.1984.0024"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.49, b = 1, c = 0.0322, d = 1, s = 1, tx = 0.03, tz = 0.8
    state x = 0.031111835, y = -0.021557059, z = 0.041475046

    x' = -x + (y - a*x^3 + b*x^2 + z)/tx
    y' = -a*x^3 - (d - b)*x^2 + z
    z' = (-s*x - z + c)/tz

    sample { period: 1.752, transient: 18 }
}

/// A nerve cell's voltage and recovery under a sinusoidal current; locked at these values.
ode ForcedFitzHughNagumo {
    meta {
        field: "neuroscience"
        cite: "FitzHugh (1961), Biophys. J. 1, 445-466, doi:10.1016/s0006-3495(61)86902-6"
        tags: ["forced", "dissipative", "transcendental", "not_chaotic"]
    }
    param a = 0.7, b = 0.8, curr = 0.965, f = 0.4008225, gamma = 0.08
    param omega = 0.043650793650793655
    state v = -1.2155252, w = -0.046470891, z = 0 wrap [-pi, pi)

    v' = v - v^3/3 - w + curr + f*sin(z)
    w' = gamma*(v + a - b*w)
    z' = omega

    output v = v, w = w, sin_z = sin(z)

    sample { period: 42.12235294117647, transient: 420 }
}

/// Six model neurons that inhibit one another in a frustrated pattern, with steep thresholds.
ode Hopfield {
    meta {
        field: "neuroscience"
        cite: "Lewis & Glass (1992), Neural Comput. 4, 621-642, doi:10.1162/neco.1992.4.5.621"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    index i, j in 0..6
    param beta = 0.5, eps = 10, tau = 2.5
    param k[i, j] = [
         0, -1,  0,  0, -1, -1;
         0,  0,  0, -1, -1, -1;
        -1, -1,  0,  0, -1,  0;
        -1, -1, -1,  0,  0,  0;
        -1, -1,  0, -1,  0,  0;
         0, -1, -1, -1,  0,  0
    ]
    state x[i] = [-0.67127393, -0.2420173, -0.055676628, 0.34697948, 0.45273118, 0.78389688]

    x[i]' = -x[i]/tau + (1 + tanh(eps*sum(j)(k[i, j]*x[j])))/2 - beta

    sample { period: 10.865, transient: 110 }
}

/// Three model neurons, each a leaky sum of logistic outputs: the smallest such network with
/// chaos.
ode BeerRNN {
    meta {
        field: "neuroscience"
        cite: "Beer (1995), Adapt. Behav. 3, 469-509, doi:10.1177/105971239500300405"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    index i, j in 0..3
    param tau[i] = [1, 2.5, 1]
    param theta[i] = [-4.108, -2.787, -1.114]
    param w[i, j] = [5.422, -0.018, 2.75;  -0.24, 4.59, 1.21;  0.535, -2.25, 3.885]
    state x[i] = [1.5014532, 2.3742845, 0.65819415]

    x[i]' = (-x[i] + sum(j)(w[i, j]*logistic(x[j] + theta[j])))/tau[i]

    sample { period: 181.58, transient: 1800 }
}

/// Tumour cells, healthy cells and the immune cells that hunt the tumour.
ode ItikBanksTumor {
    meta {
        field: "medicine"
        cite: "Itik & Banks (2010), Int. J. Bifurcation Chaos 20, 71-79, doi:10.1142/s0218127410025417"
        tags: ["autonomous", "dissipative", "rational"]
    }
    param a12 = 1, a13 = 2.5, a21 = 1.5, a31 = 0.2, d3 = 0.5, k3 = 1, r2 = 0.6, r3 = 4.5
    state x = 0.051730215, y = 0.87071642, z = 0.015926427

    x' = x*(1 - x) - a12*x*y - a13*x*z
    y' = r2*y*(1 - y) - a21*x*y
    z' = r3*x*z/(x + k3) - a31*x*z - d3*z

    sample { period: 49.74, transient: 500 }
}

// ---- Ecology and economics ----------------------------------------------------------------------

/// A food chain of three levels with saturating feeding: the teacup attractor.
ode HastingsPowell {
    meta {
        field: "ecology"
        cite: "Hastings & Powell (1991), Ecology 72, 896-903, doi:10.2307/1940591"
        tags: ["autonomous", "dissipative", "rational"]
    }
    /// Feeding of the middle and the top level
    param a1 = 5, a2 = 0.1
    /// Saturation of the feeding
    param b1 = 3, b2 = 2
    /// Deaths
    param d1 = 0.4, d2 = 0.01
    state x = 0.73207001, y = 0.17549271, z = 9.9014657

    let eaten = a1*x*y/(1 + b1*x), hunted = a2*y*z/(1 + b2*y)
    x' = x*(1 - x) - eaten
    y' = eaten - hunted - d1*y
    z' = hunted - d2*z

    sample { period: 135.19, transient: 1400 }
}

/// Vegetation, herbivores and predators: steady rhythm, irregular peaks.
ode Blasius {
    meta {
        field: "ecology"
        cite: "Blasius, Huppert & Stone (1999), Nature 399, 354-359, doi:10.1038/20676"
        tags: ["autonomous", "dissipative", "rational"]
    }
    param a = 1, alpha1 = 0.2, alpha2 = 1, b = 1, c = 10, k1 = 0.05, k2 = 0, zs = 0.006
    state x = 4.031713, y = 5.1113788, z = 0.016508812

    let grazed = alpha1*x*y/(1 + k1*x), hunted = alpha2*y*z/(1 + k2*y)
    x' = a*x - grazed
    y' = -b*y + grazed - hunted
    z' = -c*(z - zs) + hunted

    sample { period: 6.6038, transient: 66 }
}

/// Predator and prey in which a trait of the prey evolves as fast as the numbers change.
ode CoevolvingPredatorPrey {
    meta {
        field: "ecology"
        cite: "Gilpin & Feldman (2017), PLoS Comput. Biol. 13, e1005644, doi:10.1371/journal.pcbi.1005644"
        tags: ["autonomous", "dissipative", "rational"]
    }
    param a1 = 2.5, a2 = 0.05, a3 = 0.4, b1 = 6, b2 = 4/3, d1 = 0.16, d2 = 0.004, delta = 1
    param k1 = 6, k2 = 9, k4 = 9, vv = 1/3
    state x = 0.10946017, y = 0.46664421, alpha = 0.66580212

    let mate = alpha*delta
    let born = a1*alpha*(1 - k1*x*(mate - alpha))/(1 + b1*alpha)
    let lost = d1*(1 - k2*(mate^2 - alpha^2) + k4*(mate^4 - alpha^4))
    x' = x*(born - lost - a3*y/(1 + b2*x))
    y' = (a2*x/(1 + b2*x) - d2)*y
    alpha' = vv*(-a1*k1*x*mate/(1 + b1*alpha) - d1*(4*k4*alpha^3*delta^4 - 2*k2*alpha*delta^2))

    sample { period: 122.77, transient: 1200 }
}

/// Species that compete for resources, each limited by the scarcest: supersaturated coexistence
/// of plankton. States: abundances `n`, then resources `R`.
ode MacArthur {
    meta {
        field: "ecology"
        cite: "MacArthur (1969), Proc. Natl. Acad. Sci. USA 64, 1369-1371, doi:10.1073/pnas.64.4.1369; values of Huisman & Weissing (1999), Nature"
        tags: ["autonomous", "dissipative", "piecewise", "rational", "twin"]
    }
    index i, j in 0..5
    /// Content of resource j in species i
    param c[j, i] = [
        0.04, 0.04, 0.07, 0.04, 0.04;
        0.08, 0.08, 0.08, 0.10, 0.08;
        0.10, 0.10, 0.10, 0.10, 0.14;
        0.05, 0.03, 0.03, 0.03, 0.03;
        0.07, 0.09, 0.07, 0.07, 0.07
    ]
    /// Turnover
    param d = 0.25
    /// Half saturation of species i by resource j
    param k[j, i] = [
        0.39, 0.34, 0.30, 0.24, 0.23;
        0.22, 0.39, 0.34, 0.30, 0.27;
        0.27, 0.22, 0.39, 0.34, 0.30;
        0.30, 0.24, 0.22, 0.39, 0.34;
        0.34, 0.30, 0.22, 0.20, 0.39
    ]
    /// Mortality, greatest growth, supply of resource j
    param m = 0.25, r = 1
    param s[j] = [6, 10, 14, 4, 9]
    state n[i] = [9.4323333, 18.838654, 34.37572, 15.08545, 42.228427]
    state R[j] = [0.17030505, 0.10144427, 0.3148045, 0.21253581, 0.22598604]

    let growth[i] = r*min(j)(R[j]/(k[j, i] + R[j]))
    n[i]' = n[i]*(growth[i] - m)
    R[j]' = d*(s[j] - R[j]) - sum(i)(c[j, i]*growth[i]*n[i])

    sample { period: 43.406, transient: 430 }
}

/// Healthy fish, infected fish, and the pelicans that eat the infected.
ode SaltonSea {
    meta {
        field: "ecology"
        cite: "Upadhyay, Bairagi, Kundu & Chattopadhyay (2008), Appl. Math. Comput. 196, 392-401, doi:10.1016/j.amc.2007.06.007"
        tags: ["autonomous", "dissipative", "rational"]
    }
    param a = 15, d = 8.3, k = 400, lam = 0.06, m = 15.5, mu = 3.4, r = 22, th = 10
    state x = 231.92548, y = 89.511944, z = 56.753804

    let caught = y*z/(y + a)
    x' = r*x*(1 - (x + y)/k) - lam*x*y
    y' = lam*x*y - m*caught - mu*y
    z' = th*caught - d*z

    sample { period: 0.96738, transient: 9.7 }
}

/// Voles and their specialist and generalist predators under a seasonal rate of growth.
ode TurchinHanski {
    meta {
        field: "ecology"
        cite: "Turchin & Hanski (1997), Am. Nat. 149, 842-874, doi:10.1086/286027; growth rate raised in dysts 0.96"
        tags: ["forced", "dissipative", "transcendental"]
    }
    param a = 8, d = 0.04, e = 0.5, g = 0.1, h = 0.8, lamb = 1, r = 8.12, s = 1.25
    state n = 0.018027788, p = 0.013649976, z = 30363.85 wrap [-pi, pi)

    let season = 1 - e*sin(z)
    n' = r*season*n - r*n^2 - g*n^2/(n^2 + h^2) - a*n*p/(n + d)
    p' = s*season*p - s*p^2/n
    z' = 2*pi*lamb

    output n = n, p = p, sin_z = sin(z)

    sample { period: 4.40529411764706, transient: 44 }
}

/// Interest rate, demand for investment and a price index.
ode Finance {
    meta {
        field: "economics"
        cite: "Cai & Huang (2007), Int. J. Nonlinear Sci. 3, 235-241"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.001, b = 0.2, c = 1.1
    state x = -0.51664739, y = -3.9568707, z = 0.0012893581

    x' = (1/b - a)*x + z + x*y
    y' = -b*y - x^2
    z' = -x - c*z

    sample { period: 9.8932, transient: 99 }
}

/// A business cycle: van der Pol's oscillator with a loop through capital flow.
ode Bouali {
    meta {
        field: "economics"
        cite: "Bouali (1999), Int. J. Bifurcation Chaos 9, 745-756, doi:10.1142/s0218127499000535"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
    }
    param a = 1, b = -0.3, bb = 1, c = 0.05, g = 1, m = 1, y0 = 4
    state x = 0.38673159, y = 3.0544196, z = -0.0067836194

    x' = a*x*(y0 - y) - b*z
    y' = -g*y*(1 - x^2)
    z' = -1.5*m*x + m*bb*x*z - c*z

    sample { period: 3.0411, transient: 30 }
}

/// The business cycle of `Bouali` with the capital loop all but cut.
ode Bouali2 {
    meta {
        field: "economics"
        cite: "Bouali (1999), Int. J. Bifurcation Chaos 9, 745-756, doi:10.1142/s0218127499000535"
        tags: ["autonomous", "polynomial", "twin"]
        same_form_as: "Bouali"
    }
    param a = 3, b = 2.2, bb = 0, c = 0, g = 1, m = -0.0026667, y0 = 1
    state x = -0.79392257, y = 1.3617589, z = -0.030578888

    x' = a*x*(y0 - y) - b*z
    y' = -g*y*(1 - x^2)
    z' = -1.5*m*x + m*bb*x*z - c*z

    sample { period: 7.6779, transient: 77 }
}

// ---- Normal forms, feedback and jerk ------------------------------------------------------------

/// A ball with a tube along its axis, swept by a flow near a torus that breaks up.
ode Aizawa {
    meta {
        field: "mathematics"
        cite: "Aizawa & Uezu (1982), Prog. Theor. Phys. 67, 982-985, doi:10.1143/PTP.67.982"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.95, b = 0.7, c = 0.6, d = 3.5, e = 0.25, f = 0.1
    state x = -0.78450179, y = -0.62887672, z = -0.17620268

    x' = (z - b)*x - d*y
    y' = d*x + (z - b)*y
    z' = c + a*z - z^3/3 - (x^2 + y^2)*(1 + e*z) + f*z*x^3

    sample { period: 2.5837, transient: 26 }
}

/// A jerk flow with a cubic, near a homoclinic orbit of Shilnikov's kind.
ode Arneodo {
    meta {
        field: "mathematics"
        cite: "Arneodo, Coullet & Tresser (1980), Phys. Lett. A 79, 259-263, doi:10.1016/0375-9601(80)90342-4"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
    }
    param a = -5.5, b = 4.5, c = 1, d = -1
    state x = -2.7515698, y = 0.19079818, z = 3.4703629

    x' = y
    y' = z
    z' = -a*x - b*y - c*z + d*x^3

    sample { period: 3.1641, transient: 32 }
}

/// The cubic jerk flow of `Arneodo` at other values.
ode Coullet {
    meta {
        field: "mathematics"
        cite: "Arneodo, Coullet & Tresser (1980), Phys. Lett. A 79, 259-263, doi:10.1016/0375-9601(80)90342-4"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_as: "Arneodo"
    }
    param a = -0.8, b = 1.1, c = 0.45, d = -1
    state x = 0.34539837958549907, y = 0.4284701181998099, z = 0.086983698175975

    x' = y
    y' = z
    z' = -a*x - b*y - c*z + d*x^3

    sample { period: 5.7663, transient: 58 }
}

/// Normal form of a steady and an oscillating mode that lose stability together, with terms that
/// break its symmetry.
ode GuckenheimerHolmes {
    meta {
        field: "mathematics"
        cite: "Guckenheimer & Holmes (1983), Nonlinear Oscillations, Dynamical Systems, and Bifurcations of Vector Fields, Springer"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.4, b = 20.25, c = 3, d = 1.6, e = 1.7, f = 0.44
    state x = -0.55582369, y = 0.05181624, z = 0.37766104

    let rr = x^2 + y^2
    x' = a*x - b*y + c*z*x + d*z*rr
    y' = a*y + b*x + c*z*y
    z' = e - z^2 - f*rr - a*z^3

    sample { period: 0.3076923076923077, transient: 3.1 }
}

/// A jerk flow with a square, from the study of chaos in feedback loops.
ode GenesioTesi {
    meta {
        field: "control theory"
        cite: "Genesio & Tesi (1992), Automatica 28, 531-548, doi:10.1016/0005-1098(92)90177-h"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.44, b = 1.1, c = 1
    state x = -0.053772565, y = -0.26162564, z = 0.33501557

    x' = y
    y' = z
    z' = -c*x - b*y - a*z + x^2

    sample { period: 5.9431, transient: 59 }
}

/// A stretched band folded onto itself, with a single product for its nonlinearity.
ode Rossler {
    meta {
        field: "mathematics"
        cite: "Rössler (1976), Phys. Lett. A 57, 397-398, doi:10.1016/0375-9601(76)90101-8"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.2, b = 0.2, c = 5.7
    state x = 6.5134412, y = 0.4772013, z = 0.34164294

    x' = -y - z
    y' = x + a*y
    z' = b + z*x - c*z

    known {
        lyapunov: [0.0714, 0, -5.39] ± [1e-3, 1e-3, 1e-2] from "Sprott (2003), Chaos and Time-Series Analysis"
    }
    sample { period: 5.9086, transient: 59 }
}

/// A cyclically symmetric flow with three squares.
ode Halvorsen {
    meta {
        field: "mathematics"
        cite: "Sprott (2010), Elegant Chaos, World Scientific, doi:10.1142/9789812838827"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 1.4, b = 4
    state x = -8.6807408, y = -2.4741399, z = 0.070775762

    x' = -a*x - b*y - b*z - y^2
    y' = -a*y - b*z - b*x - z^2
    z' = -a*z - b*x - b*y - x^2

    sample { period: 1.4889, transient: 15 }
}

/// A damped walker in a periodic, cyclically symmetric field of forces.
ode Thomas {
    meta {
        field: "mathematics"
        cite: "Thomas (1999), Int. J. Bifurc. Chaos 9, 1889-1905, doi:10.1142/s0218127499001383"
        tags: ["autonomous", "dissipative", "transcendental", "twin"]
    }
    param a = 1.85, b = 10
    state x = 2.199442, y = 2.3634225, z = 3.220197

    x' = -a*x + b*sin(y)
    y' = -a*y + b*sin(z)
    z' = -a*z + b*sin(x)

    sample { period: 4.969, transient: 50 }
}

/// The flow of `Thomas` at small damping: a bounded walk through a labyrinth.
ode ThomasLabyrinth {
    meta {
        field: "mathematics"
        cite: "Thomas (1999), Int. J. Bifurc. Chaos 9, 1889-1905, doi:10.1142/s0218127499001383"
        tags: ["autonomous", "dissipative", "transcendental", "twin"]
        same_form_as: "Thomas"
    }
    param a = 0.5, b = 10
    state x = -4.9599545, y = 1.0302034, z = -4.6883893

    x' = -a*x + b*sin(y)
    y' = -a*y + b*sin(z)
    z' = -a*z + b*sin(x)

    sample { period: 6.05, transient: 60 }
}

/// A Lorenz-like flow made chaotic by feedback.
ode Chen {
    meta {
        field: "control theory"
        cite: "Chen & Ueta (1999), Int. J. Bifurcation Chaos 9, 1465-1466, doi:10.1142/s0218127499001024"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 35, b = 3, c = 28
    state x = 3.2689697, y = 5.2990458, z = 19.435349

    x' = a*(y - x)
    y' = (c - a)*x - x*z + c*y
    z' = x*y - b*z

    sample { period: 0.58689, transient: 5.9 }
}

/// The bridge between the flows of Lorenz and Chen.
ode LuChen {
    meta {
        field: "control theory"
        cite: "Lü & Chen (2002), Int. J. Bifurcation Chaos 12, 659-661, doi:10.1142/s0218127402004620"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_as: "RayleighBenard"
    }
    param a = 36, b = 3, c = 18 in [12.7, 28.5]
    state x = 10.956479, y = 9.8813092, z = 22.676714

    x' = a*(y - x)
    y' = -x*z + c*y
    z' = x*y - b*z

    sample { period: 2.3385, transient: 23 }
}

/// A Lorenz-like flow with one product in each equation and up to four scrolls.
ode LuChenCheng {
    meta {
        field: "control theory"
        cite: "Lü, Chen & Cheng (2004), Int. J. Bifurcation Chaos 14, 1507-1537, doi:10.1142/s021812740401014x"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = -10, b = -4, c = 18.1
    state x = -5.5177615, y = 2.4990595, z = 10.461798

    x' = -a*b/(a + b)*x - y*z + c
    y' = a*y + x*z
    z' = b*z + x*y

    sample { period: 0.92333, transient: 9.2 }
}

/// Lorenz's flow with one more product: two wings born from two attractors that merge.
ode QiChen {
    meta {
        field: "mathematics"
        cite: "Qi et al. (2008), Chaos Solitons Fractals 38, 705-721, doi:10.1016/j.chaos.2006.09.012"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 38, b = 8/3, c = 80
    state x = 17.420882, y = 5.5459627, z = 78.89139

    x' = a*(y - x) + y*z
    y' = c*x + y - x*z
    z' = x*y - b*z

    sample { period: 0.39179, transient: 3.9 }
}

/// A smooth quadratic flow with an attractor in three layers.
ode ZhouChen {
    meta {
        field: "control theory"
        cite: "Zhou & Chen (2004), Int. J. Bifurcation Chaos, doi:10.1142/s0218127404010175"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2.97, b = 0.15, c = -3, d = 1, e = -8.78
    state x = -0.60390203, y = 0.012111953, z = 0.00083277923

    x' = a*x + b*y + y*z
    y' = c*y - x*z + d*y*z
    z' = e*z - x*y

    sample { period: 0.87518, transient: 8.8 }
}

/// A three-scroll relative of the Lorenz flow. Periodic at these values from the given start.
ode DequanLi {
    meta {
        field: "mathematics"
        cite: "Li (2008), Phys. Lett. A 372, 387-393, doi:10.1016/j.physleta.2007.07.045"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
    }
    param a = 40, c = 1.833, d = 0.16, eps = 0.65, f = 20, k = 55
    state x = -11.395722, y = -104.12614, z = 202.46173

    x' = a*(y - x) + d*x*z
    y' = k*x + f*y - x*z
    z' = c*z + x*y - eps*x^2

    sample { period: 0.083806, transient: 0.84 }
}

/// A Lorenz-like flow without self-coupling of its second variable; settles on a fixed point from
/// here.
ode PanXuZhou {
    meta {
        field: "mathematics"
        cite: "Zhou, Wuneng et al. (2008), Phys. Lett. A 372, 5773-5777, doi:10.1016/j.physleta.2008.07.032"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_as: "DequanLi"
    }
    param a = 10, c = -8/3, d = 0, eps = 0, f = 0, k = 16
    state x = -3.03805747, y = -1.98052429, z = 14.65665869

    x' = a*(y - x) + d*x*z
    y' = k*x + f*y - x*z
    z' = c*z + x*y - eps*x^2

    sample { period: 1.7829, transient: 18 }
}

/// A unified three-scroll flow; from the given start the motion is on a torus.
ode Tsucs2 {
    meta {
        field: "mathematics"
        cite: "Pan, Zhou & Li (2013), Nonlinear Dyn. 73, 1965-1976, doi:10.1007/s11071-013-0922-8"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_as: "DequanLi"
    }
    param a = 40, c = 0.833, d = 0.5, eps = 0.65, f = 20, k = 0
    state x = 1.2969944, y = 1.12138, z = 50.028988

    x' = a*(y - x) + d*x*z
    y' = k*x + f*y - x*z
    z' = c*z + x*y - eps*x^2

    sample { period: 0.34526, transient: 3.5 }
}

/// A quadratic flow with four wings.
ode WangSun {
    meta {
        field: "mathematics"
        cite: "Wang, Sun, van Wyk, Qi & van Wyk (2009), Braz. J. Phys. 39, doi:10.1590/s0103-97332009000500007"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.2, b = -0.01, d = -0.4, e = -1, f = -1, q = 1
    state x = -0.54770787, y = 0.73876479, z = -0.0049284531

    x' = a*x + q*y*z
    y' = b*x + d*y - x*z
    z' = e*z + f*x*y

    sample { period: 26.958, transient: 270 }
}

/// Two symmetric attractors merged into four wings. From the given start the motion is chaotic
/// for a while and then escapes.
ode Sakarya {
    meta {
        field: "mathematics"
        cite: "Li et al. (2015), IEICE Electron. Express 12, 20141116, doi:10.1587/elex.12.20141116 (form disputed, unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
    }
    param a = -1, b = 1, c = 1, h = 1, p = 1, q = 0.4, r = 0.3, s = 1
    state x = -2.8976045, y = 3.8877978, z = 3.07465

    x' = a*x + h*y + s*y*z
    y' = -b*y - p*x + q*x*z
    z' = c*z - r*x*y

    sample { period: 4.9844, transient: 0 }
}

/// A quadratic flow that can show a single four-scroll attractor. Orbits pass so close to the x
/// axis that rounding decides where they leave it.
ode LiuChen {
    meta {
        field: "control theory"
        cite: "Liu & Chen (2004), Int. J. Bifurc. Chaos 14, 1395-1403, doi:10.1142/s0218127404009880"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_as: "Sakarya"
    }
    param a = 0.4, b = 12, c = -5, h = 0, p = 0, q = -1, r = 1, s = 1
    state x = 4.6722764, y = 5.2437205e-10, z = -6.4444208e-10

    x' = a*x + h*y + s*y*z
    y' = -b*y - p*x + q*x*z
    z' = c*z - r*x*y

    sample { period: 8.0164, transient: 80 }
}

/// A quadratic flow with Hopf bifurcations of codimension one and two.
ode PehlivanWei {
    meta {
        field: "mathematics"
        cite: "Pehlivan & Wei (2012), Turk. J. Electr. Eng. Comput. Sci. 20, 1229-1239, doi:10.3906/elk-1103-14"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = 0.21665608, y = 0.86710502, z = 0.50627859

    x' = y - y*z
    y' = y + y*z - 2*x
    z' = 2 - x*y - y^2

    sample { period: 3.7487330316742087, transient: 37 }
}

// ---- Sprott's simple flows ----------------------------------------------------------------------

/// Case A of Sprott's computer search for the simplest chaotic flows, an oscillator with a
/// thermostat; the motion stays on a torus from here.
ode SprottA {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "conservative", "polynomial", "not_chaotic", "twin"]
    }
    state x = 1.54131864, y = 1.43079727, z = -1.52555412

    x' = y
    y' = -x + y*z
    z' = 1 - y^2

    sample { period: 6.3728461538461545, transient: 64 }
}

/// Case B of Sprott's computer search for the simplest chaotic flows: five terms, two of them
/// nonlinear.
ode SprottB {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
    }
    state x = 1.6878282, y = 1.4848132, z = -0.53706628

    x' = y*z
    y' = x - y
    z' = 1 - x*y

    sample { period: 11.050142857142857, transient: 110 }
}

/// Case C of Sprott's computer search for the simplest chaotic flows: five terms, two of them
/// nonlinear.
ode SprottC {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = -0.47199823, y = -0.27198066, z = 1.9418244

    x' = y*z
    y' = x - y
    z' = 1 - x^2

    sample { period: 8.8852, transient: 89 }
}

/// Case D of Sprott's computer search for the simplest chaotic flows: five terms, two of them
/// nonlinear.
ode SprottD {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = -1.3396906, y = -0.21238338, z = 0.32982163

    x' = -y
    y' = x + z
    z' = x*z + 3*y^2

    sample { period: 4.8333, transient: 48 }
}

/// Case E of Sprott's computer search for the simplest chaotic flows: five terms, two of them
/// nonlinear.
ode SprottE {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = 0.6173759, y = 0.66599285, z = -1.6575023

    x' = y*z
    y' = x^2 - y
    z' = 1 - 4*x

    sample { period: 7.6275, transient: 76 }
}

/// Case F of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottF {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.5
    state x = -0.98941275, y = -1.4191706, z = 0.85797204

    x' = y + z
    y' = -x + a*y
    z' = x^2 - z

    sample { period: 19.244, transient: 190 }
}

/// Case G of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottG {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.4
    state x = -0.77182478, y = -0.74756595, z = 1.3073285

    x' = a*x + z
    y' = x*z - y
    z' = -x + y

    sample { period: 8.7097, transient: 87 }
}

/// Case H of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottH {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.5
    state x = -1.360042, y = 0.62585352, z = -1.2788196

    x' = -y + z^2
    y' = x + a*y
    z' = x - z

    sample { period: 20.229, transient: 200 }
}

/// Case I of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottI {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.2
    state x = -0.060099389, y = -0.49558355, z = 0.023159035

    x' = -a*y
    y' = x + z
    z' = x + y^2 - z

    sample { period: 10.93, transient: 110 }
}

/// Case J of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottJ {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = 4.4786928, y = 2.2977432, z = 6.5847115

    x' = 2*z
    y' = -2*y + z
    z' = -x + y + y^2

    sample { period: 4.836, transient: 48 }
}

/// Case K of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottK {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.3
    state x = -1.3165015, y = -1.5429951, z = 0.664053

    x' = x*y - z
    y' = x - y
    z' = x + a*z

    sample { period: 7.006, transient: 70 }
}

/// Case L of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottL {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.9, b = 3.9
    state x = 4.3611557, y = 13.705573, z = -2.6835659

    x' = y + b*z
    y' = a*x^2 - y
    z' = 1 - x

    sample { period: 6.7262, transient: 67 }
}

/// Case M of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottM {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 1.7
    state x = 1.6024402, y = -1.5983203, z = -2.6236374

    x' = -z
    y' = -x^2 - y
    z' = a + a*x + y

    sample { period: 5.3644, transient: 54 }
}

/// Case N of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottN {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = -8.3258705, y = 7.3033716, z = 3.2798909

    x' = -2*y
    y' = x + z^2
    z' = 1 + y - 2*z

    sample { period: 4.8135, transient: 48 }
}

/// Case O of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottO {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2.7
    state x = 0.20549455, y = 0.022792985, z = 0.93636949

    x' = y
    y' = x - z
    z' = x + x*z + a*y

    sample { period: 9.755, transient: 98 }
}

/// Case P of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottP {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2.7
    state x = 0.83420675, y = 0.14915817, z = 0.44028635

    x' = a*y + z
    y' = -x + y^2
    z' = x + y

    sample { period: 5.3414, transient: 53 }
}

/// Case Q of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottQ {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 3.1, b = 0.5
    state x = 2.978102, y = -0.065260683, z = -2.8031286

    x' = -z
    y' = x - y
    z' = a*x + y^2 + b*z

    sample { period: 4.8443, transient: 48 }
}

/// Case R of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottR {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.9, b = 0.4
    state x = -1.6914909, y = -1.9783678, z = 1.9807775

    x' = a - y
    y' = b + z
    z' = x*y - z

    sample { period: 7.0133, transient: 70 }
}

/// Case S of Sprott's computer search for the simplest chaotic flows: six terms, one of them
/// nonlinear.
ode SprottS {
    meta {
        field: "mathematics"
        cite: "Sprott (1994), Phys. Rev. E 50, R647-R650, doi:10.1103/physreve.50.r647"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = 0.12635702, y = 0.12260693, z = 1.2215429

    x' = -x - 4*y
    y' = x + z^2
    z' = 1 + x

    sample { period: 3.3505, transient: 34 }
}

/// The simplest dissipative chaotic jerk equation, with one square; its basin is small.
ode SprottJerk {
    meta {
        field: "mathematics"
        cite: "Sprott (1997), Phys. Lett. A 228, 271-274, doi:10.1016/s0375-9601(97)00088-1"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param mu = 2.017 in (2.0168, 2.0577)
    state x = -0.54106056, y = 0.59383201, z = 0.45127217

    x' = y
    y' = z
    z' = -x + y^2 - mu*z

    known {
        lyapunov: [0.0551, 0, -2.0721] ± 1e-3 from "Sprott (1997), doi:10.1016/s0375-9601(97)00088-1"
    }
    sample { period: 11.921, transient: 120 }
}

/// A flow without parameters in which an attractor and nested tori coexist.
ode SprottTorus {
    meta {
        field: "mathematics"
        cite: "Sprott (2014), Phys. Lett. A 378, 1361-1363, doi:10.1016/j.physleta.2013.11.004"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    state x = 0.6883476, y = -0.18017646, z = 0.58539724

    x' = y + 2*x*y + x*z
    y' = 1 - 2*x^2 + y*z
    z' = x - x^2 - y^2

    sample { period: 13.607, transient: 140 }
}

/// A multifractal attractor of almost three dimensions; the damping changes sign with `z`, so the
/// field jumps at z = 0.
ode SprottMore {
    meta {
        field: "mathematics"
        cite: "Sprott (2020), Do We Need More Chaos Examples?, Chaos Theory Appl. 2, 1-3"
        tags: ["autonomous", "dissipative", "transcendental", "piecewise"]
    }
    state x = -1.3396906, y = -0.21238338, z = 0.32982163

    x' = y
    y' = -x - sign(z)*y
    z' = y^2 - exp(-x^2)

    sample { period: 6.62095890410959, transient: 66 }
}

// ---- Four dimensions and hyperchaos -------------------------------------------------------------

/// Rossler's flow with a fourth, slowly growing variable: the first hyperchaos.
ode HyperRossler {
    meta {
        field: "mathematics"
        cite: "Rössler (1979), Phys. Lett. A 71, 155-157, doi:10.1016/0375-9601(79)90150-6"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 0.25, b = 3, c = 0.5, d = 0.05
    state x = -93.667697, y = 15.5078, z = 0.032086964, w = 43.792796

    x' = -y - z
    y' = x + a*y + w
    z' = b + x*z
    w' = -c*z + d*w

    sample { period: 1.1157476694793766, transient: 11 }
}

/// The Lorenz flow with a fourth variable fed back into the first.
ode HyperLorenz {
    meta {
        field: "mathematics"
        cite: "Meier (2003), Presentation of Attractors with Cinema"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic", "twin"]
    }
    param a = 10, b = 8/3, c = 28, d = 1.1
    state x = -9.186073735061425, y = -0.6744570634419695, z = 16.440536886214517
    state w = -145.0243848950473

    x' = a*(y - x) + w
    y' = -x*z + c*x - y
    z' = -b*z + x*y
    w' = d*w - x*z

    sample { period: 1.277546730110058, transient: 13 }
}

/// The fed-back Lorenz flow of `HyperLorenz` at other values.
ode HyperJha {
    meta {
        field: "mathematics"
        cite: "Meier (2003), Presentation of Attractors with Cinema"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic", "twin"]
        same_form_as: "HyperLorenz"
    }
    param a = 10, b = 28, c = 8/3, d = 1.3
    state x = 13.76544888070825, y = 20.203791990082554, z = 32.08179795423583
    state w = -51.189321449994914

    x' = a*(y - x) + w
    y' = -x*z + b*x - y
    z' = x*y - c*z
    w' = -x*z + d*w

    sample { period: 0.8564467295817622, transient: 8.6 }
}

/// The flow of Lu and Chen with a controlling fourth variable; escapes after a chaotic transient.
ode HyperLu {
    meta {
        field: "control theory"
        cite: "Chen, Lu, Lü & Yu (2006), Physica A 364, 103, doi:10.1016/j.physa.2005.09.039"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param a = 36, b = 3, c = 20, d = 1.3
    state x = 8.11348619, y = 10.55664382, z = 18.44590719, w = -28.38151717

    x' = a*(y - x) + w
    y' = -x*z + c*y
    z' = x*y - b*z
    w' = d*w + x*z

    sample { period: 0.7162856981996777, transient: 0 }
}

/// The flow of Lu and Chen with a fourth variable in its first equation.
ode HyperBao {
    meta {
        field: "control theory"
        cite: "Bao & Liu (2008), Chin. Phys. Lett. 25, 2396-2399, doi:10.1088/0256-307x/25/7/018"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 36, b = 3, c = 20, d = 0.1, e = 21
    state x = 9.271308063781017, y = 9.752247178805291, z = 23.919154915696105
    state w = -16.69675939965203

    x' = a*(y - x) + w
    y' = c*y - x*z
    z' = x*y - b*z
    w' = e*x + d*y*z

    sample { period: 0.5831505997603473, transient: 5.8 }
}

/// The flow of Lu and Chen with a linear fourth variable in its second equation.
ode HyperPang {
    meta {
        field: "control theory"
        cite: "Pang & Liu (2011), J. Comput. Appl. Math. 235, 2775, doi:10.1016/j.cam.2010.11.029"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 36, b = 3, c = 20, d = 2
    state x = 8.40863585, y = 4.67210241, z = 27.91032548, w = -1.26300886

    x' = a*(y - x)
    y' = -x*z + c*y + w
    z' = x*y - b*z
    w' = -d*(x + y)

    sample { period: 0.8439374360017028, transient: 8.4 }
}

/// A financial flow with a fourth variable that turns it hyperchaotic.
ode HyperCai {
    meta {
        field: "economics"
        cite: "Cai & Huang (2007), Int. J. Nonlinear Sci."
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 27.5, b = 3, c = 19.3, d = 2.9, e = 3.3
    state x = -10.691273602120157, y = -15.541159376570342, z = 18.388272900250726
    state w = -14.904493939514888

    x' = a*(y - x)
    y' = b*x + c*y - x*z + w
    z' = -d*z + y^2
    w' = -e*x

    sample { period: 0.6113936187028436, transient: 6.1 }
}

/// A square in the third equation and a linear fourth variable.
ode HyperWang {
    meta {
        field: "mathematics"
        cite: "Wang, Sun, van Wyk, Qi & van Wyk (2009), Braz. J. Phys. 39, doi:10.1590/s0103-97332009000500007"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 10, b = 40, c = 2.5, d = 10.6, e = 4
    state x = 0.16824907, y = 0.16854103, z = 37.04033781, w = -15.29027381

    x' = a*(y - x)
    y' = -x*z + b*x + w
    z' = -c*z + e*x^2
    w' = -d*x

    sample { period: 0.6481520567576332, transient: 6.5 }
}

/// Products that grow rather than damp in the second equation, and a fourth variable in the
/// first.
ode HyperXu {
    meta {
        field: "mathematics"
        cite: "Letellier & Rössler (2007), Scholarpedia 2(8), 1936, doi:10.4249/scholarpedia.1936"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 10, b = 40, c = 2.5, d = 2, e = 16
    state x = 0.68944486, y = -0.60254126, z = -0.5814657, w = 0.26629277

    x' = a*(y - x) + w
    y' = b*x + e*x*z
    z' = -c*z - x*y
    w' = x*z - d*y

    sample { period: 1.1328151255687646, transient: 11 }
}

/// Chen's flow with more products and a fourth variable in the third equation.
ode HyperYan {
    meta {
        field: "mathematics"
        cite: "Meier (2003), Presentation of Attractors with Cinema"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 37, b = 3, c = 26, d = 38
    state x = -6.576620730899293, y = -4.617145437320736, z = 17.796515255115004
    state w = 0.8072357311545831

    x' = a*(y - x)
    y' = (c - a)*x - x*z + c*y
    z' = -b*z + x*y - y*z + x*z - w
    w' = -d*w + y*z - x*z

    sample { period: 0.9127028626966961, transient: 9.1 }
}

/// A Lorenz-like flow with a linear fourth variable in its second equation.
ode HyperYangChen {
    meta {
        field: "mathematics"
        cite: "Meier (2003), Presentation of Attractors with Cinema"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 30, b = 3, c = 35, d = 8
    state x = 3.534464234888686, y = 4.82852516302869, z = 25.04917588890622
    state w = 17.118520274514353

    x' = a*(y - x)
    y' = c*x - x*z + w
    z' = -b*z + x*y
    w' = -d*x

    sample { period: 0.9127028626966961, transient: 9.1 }
}

/// Four variables with a product in every equation, and two large positive exponents.
ode HyperQi {
    meta {
        field: "mathematics"
        cite: "Qi, van Wyk, van Wyk & Chen (2008), Phys. Lett. A 372, 124, doi:10.1016/j.physleta.2007.10.082"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 50, b = 24, c = 13, d = 8, e = 33, f = 30
    state x = 11.250900857894639, y = -3.647077762541555, z = 50.16987924937642
    state w = -168.2485185683687

    x' = a*(y - x) + y*z
    y' = b*(x + y) - x*z
    z' = -c*z - e*w + x*y
    w' = -d*w + f*z + x*y

    sample { period: 0.06186038560173437, transient: 0.62 }
}

/// Four variables with a product of three in each equation and a broad spectrum.
ode Qi {
    meta {
        field: "mathematics"
        cite: "Qi, van Wyk, van Wyk & Chen (2008), Phys. Lett. A 372, 124, doi:10.1016/j.physleta.2007.10.082"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 45, b = 10, c = 1, d = 10
    state x = 0.2562042648386667, y = 0.1956116640569919, z = 7.259823760387948
    state w = 1.3162558970131963

    x' = a*(y - x) + y*z*w
    y' = b*(x + y) - x*z*w
    z' = -c*z + x*y*w
    w' = -d*w + x*y*z

    sample { period: 0.40820999999999996, transient: 4.1 }
}

// ---- Partial differential equations by lines ----------------------------------------------------

// What is spread in space or over a network; sizes are structural, and the defaults small. Where a
// pattern comes to rest, `period` is the time that it takes to grow. "(unverified)" marks a source
// that was not looked up.
//
// Space is cut into N points at distance h; derivatives in space are central differences of second
// order. A larger N comes nearer to the equation, and is as much stiffer.

/// Second derivative in space, by the value at a point and those to its left and right.
fn bend(left, here, right, h) = (left - 2*here + right)/h^2

/// The equation of Kuramoto and Sivashinsky for odd functions on a circle, by the amplitudes of
/// their sine waves: a[k] has wave number k + 1, and beyond the last one nothing is kept.
ode KuramotoSivashinskyModes {
    meta {
        field: "fluid dynamics"
        cite: "Christiansen, Cvitanović & Putkaradze (1997), Nonlinearity 10, 55-70, doi:10.1088/0951-7715/10/1/004"
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    structural param N = 16 in [4, 64]
    /// Damping of short waves
    param nu = 0.02991
    index k in 0..N
    state a[k] = 0.1/(k + 1)^2

    let up[k] = sum(m in 0..k)(a[m]*a[k-1-m])
    let down[k] = sum(m in 0..N-1-k)(a[m]*a[k+1+m])
    a[k]' = (k + 1)^2*(1 - nu*(k + 1)^2)*a[k] - (k + 1)*(up[k] - 2*down[k])

    sample { period: 0.88, transient: 9 }
}

/// A substance that eats a fuel to make more of itself, both spreading on a circle: pulses split
/// until the circle is full of them, and rest.
ode GrayScottRing {
    meta {
        field: "chemistry"
        cite: ["Pearson (1993), Science 261, 189-192, doi:10.1126/science.261.5118.189", "Nishiura & Ueyama (2001), Physica D 150, 137-162, doi:10.1016/s0167-2789(00)00214-1"]
        tags: ["autonomous", "dissipative", "polynomial", "spatial", "not_chaotic"]
    }
    structural param N = 32 in [4, 4096]
    /// Length of the circle, spreading of the fuel and of the substance
    param L = 0.5, du = 2e-5, dv = 1e-5
    /// Feed, and removal beyond that by the feed
    param feed = 0.035, kill = 0.0552
    index i in 0..N cyclic
    state u[i] = 1 - exp(-50*(i/N - 1/2)^2)/2
    state v[i] = exp(-50*(i/N - 0.45)^2)/4

    let h = L/N
    u[i]' = du*bend(u[i-1], u[i], u[i+1], h) - u[i]*v[i]^2 + feed*(1 - u[i])
    v[i]' = dv*bend(v[i-1], v[i], v[i+1], h) + u[i]*v[i]^2 - (feed + kill)*v[i]

    sample { period: 1000, transient: 0 }
}

/// The Brusselator in a rod that is held at its resting values at both ends.
ode BrusselatorRod {
    meta {
        field: "chemistry"
        cite: "Prigogine & Lefever (1968), J. Chem. Phys. 48, 1695-1700, doi:10.1063/1.1668896"
        tags: ["autonomous", "dissipative", "polynomial", "spatial", "not_chaotic"]
    }
    structural param N = 24 in [2, 4096]
    /// Supplies, spreading
    param a = 1, b = 3, spread = 0.02
    index i in 0..N zero
    state u[i] = a + sin(2*pi*(i + 1)/(N + 1)), v[i] = b

    // Differences from rest: they vanish at the ends.
    let h = 1/(N + 1)
    let p[i] = u[i] - a, q[i] = v[i] - b/a
    u[i]' = a + u[i]^2*v[i] - (b + 1)*u[i] + spread*bend(p[i-1], p[i], p[i+1], h)
    v[i]' = b*u[i] - u[i]^2*v[i] + spread*bend(q[i-1], q[i], q[i+1], h)

    sample { period: 6.855, transient: 69 }
}

/// An excitable ring around which a nerve pulse runs for ever.
ode FitzHughNagumoRing {
    meta {
        field: "neuroscience"
        cite: ["FitzHugh (1961), Biophys. J. 1, 445-466, doi:10.1016/s0006-3495(61)86902-6", "Nagumo, Arimoto & Yoshizawa (1962), Proc. IRE 50, 2061-2070, doi:10.1109/jrproc.1962.288235"]
        tags: ["autonomous", "dissipative", "polynomial", "spatial", "not_chaotic"]
    }
    structural param N = 32 in [8, 4096]
    /// Length of the ring
    param L = 48
    param a = 0.7, b = 0.8, eps = 0.08, spread = 1
    index i in 0..N cyclic
    state v[i] = if i < N/8 then 2 else -1.2
    state w[i] = if i >= 5*N/8 then 1 else -0.62

    let h = L/N
    v[i]' = v[i] - v[i]^3/3 - w[i] + spread*bend(v[i-1], v[i], v[i+1], h)
    w[i]' = eps*(v[i] + a - b*w[i])

    sample { period: 65, transient: 650 }
}

/// A quickly computed excitable medium on a ring.
ode BarkleyRing {
    meta {
        field: "mathematics"
        cite: "Barkley (1991), Physica D 49, 61-70, doi:10.1016/0167-2789(91)90194-e"
        tags: ["autonomous", "dissipative", "polynomial", "spatial", "not_chaotic"]
    }
    structural param N = 32 in [8, 4096]
    /// Length of the ring
    param L = 24
    param a = 0.75, b = 0.06, eps = 0.02
    index i in 0..N cyclic
    state u[i] = if i < N/8 then 1 else 0
    state v[i] = if i >= 5*N/8 then a/2 else 0

    let h = L/N
    u[i]' = u[i]*(1 - u[i])*(u[i] - (v[i] + b)/a)/eps + bend(u[i-1], u[i], u[i+1], h)
    v[i]' = u[i] - v[i]

    sample { period: 7.35, transient: 74 }
}

/// Steepening against viscosity: a standing wave of force swells and ebbs.
ode ForcedBurgers {
    meta {
        field: "fluid dynamics"
        cite: "Burgers (1948), Adv. Appl. Mech. 1, 171-199, doi:10.1016/s0065-2156(08)70100-5"
        tags: ["forced", "dissipative", "transcendental", "spatial", "not_chaotic"]
    }
    structural param N = 32 in [8, 4096]
    /// Viscosity, strength and frequency of the force
    param nu = 0.2, f = 1, omega = 2
    index i in 0..N cyclic
    /// Where it pushes
    param shape[i] = sin(2*pi*i/N)
    state u[i] = sin(2*pi*i/N) + sin(4*pi*i/N)/2

    let h = 2*pi/N
    let force = f*(1 + cos(omega*t))
    u[i]' = -(u[i+1]^2 - u[i-1]^2)/(4*h) + nu*bend(u[i-1], u[i], u[i+1], h) +
        force*shape[i]

    sample { period: pi, transient: 32 }
}

/// Convection near its onset: a pattern of rolls of a given width sets in and comes to rest.
ode SwiftHohenbergRing {
    meta {
        field: "fluid dynamics"
        cite: "Swift & Hohenberg (1977), Phys. Rev. A 15, 319-328, doi:10.1103/physreva.15.319"
        tags: ["autonomous", "dissipative", "polynomial", "spatial", "not_chaotic"]
    }
    structural param N = 48 in [8, 4096]
    /// Length of the circle, distance from onset
    param L = 40, r = 0.3
    index i in 0..N cyclic
    state u[i] = 0.1*cos(2*pi*i/N) + 0.1*sin(14*pi*i/N)

    let h = L/N
    let second[i] = bend(u[i-1], u[i], u[i+1], h)
    u[i]' = (r - 1)*u[i] - 2*second[i] - bend(second[i-1], second[i], second[i+1], h) - u[i]^3

    sample { period: 10, transient: 0 }
}

/// A growing pattern that is coupled to a slow drift of its mean, by a sixth derivative: soft-mode
/// turbulence.
ode Nikolaevskiy {
    meta {
        field: "mathematics"
        cite: "Tribelsky & Tsuboi (1996), Phys. Rev. Lett. 76, 1631 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    structural param N = 40 in [8, 4096]
    /// Length of the circle, distance from onset
    param L = 40, r = 0.5
    index i in 0..N cyclic
    state u[i] = 0.1*cos(2*pi*i/N) + 0.1*sin(14*pi*i/N)*(1 + cos(2*pi*i/N))

    // u' = -d²/dx² (r - (1 + d²/dx²)²) u - u du/dx.
    let h = L/N
    let second[i] = bend(u[i-1], u[i], u[i+1], h)
    let fourth[i] = bend(second[i-1], second[i], second[i+1], h)
    let growth[i] = (r - 1)*u[i] - 2*second[i] - fourth[i]
    u[i]' = -bend(growth[i-1], growth[i], growth[i+1], h) - (u[i+1]^2 - u[i-1]^2)/(4*h)

    sample { period: 7, transient: 200 }
}

// ---- Chains and networks of oscillators ---------------------------------------------------------

/// Phases that pull on each other, with evenly spaced frequencies, just below the coupling at which
/// they lock.
ode KuramotoOscillators {
    meta {
        field: "mathematics"
        cite: ["Kuramoto (1975), Self-entrainment of a population of coupled non-linear oscillators, doi:10.1007/bfb0013365", "chaos: Popovych, Maistrenko & Tass (2005), Phys. Rev. E 71, 065201 (unverified)"]
        tags: ["autonomous", "transcendental", "spatial", "twin"]
        same_form_as: "Kuramoto"
    }
    structural param N = 16 in [2, 4096]
    /// Coupling
    param k = 1.2
    index i in 0..N
    /// Frequencies
    param omega[i] = (2*i + 1)/N - 1
    state theta[i] = sin(i^2) wrap [-pi, pi)

    // Together they pull as one, placed at their mean on the circle.
    let re = sum(i)(cos(theta[i]))/N, im = sum(i)(sin(theta[i]))/N
    theta[i]' = omega[i] + k*(im*cos(theta[i]) - re*sin(theta[i]))

    output re = re, im = im

    sample { period: 21, transient: 210 }
}

/// Turbines in a power grid: phases with inertia, half of them fed and half of them loaded.
ode KuramotoInertia {
    meta {
        field: "engineering"
        cite: "Tanaka, Lichtenberg & Oishi (1997), Phys. Rev. Lett. 78, 2104, doi:10.1103/physrevlett.78.2104"
        tags: ["autonomous", "dissipative", "transcendental", "spatial"]
    }
    structural param N = 8 in [2, 4096]
    /// Inertia, coupling
    param m = 4, k = 1
    index i in 0..N
    /// Power in and out
    param omega[i] = (2*i + 1)/N - 1
    state theta[i] = sin(i^2) wrap [-pi, pi), theta[i]' = 0

    let re = sum(i)(cos(theta[i]))/N, im = sum(i)(sin(theta[i]))/N
    theta[i]'' = (omega[i] - theta[i]' + k*(im*cos(theta[i]) - re*sin(theta[i])))/m

    output re = re, im = im

    sample { period: 7.4, transient: 74 }
}

/// Rössler's oscillators on a ring, each drawn to its neighbours through the first variable.
ode RosslerRing {
    meta {
        field: "mathematics"
        cite: "after Rössler (1976), Phys. Lett. A 57, 397-398, doi:10.1016/0375-9601(76)90101-8; rings of them: Heagy, Carroll & Pecora (1994), Phys. Rev. E 50, 1874 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    structural param N = 8 in [2, 4096]
    param a = 0.2, b = 0.2, c = 5.7
    /// Coupling
    param k = 0.05
    index i in 0..N cyclic
    state x[i] = 5*cos(i^2), y[i] = 5*sin(i^2), z[i] = 0.1

    x[i]' = -y[i] - z[i] + k*(x[i-1] - 2*x[i] + x[i+1])
    y[i]' = x[i] + a*y[i]
    z[i]' = b + z[i]*(x[i] - c)

    sample { period: 5.98, transient: 300 }
}

/// Lorenz's convection cells on a ring, each drawn to its neighbours through the first variable.
ode LorenzRing {
    meta {
        field: "fluid dynamics"
        cite: "after Lorenz (1963), J. Atmos. Sci. 20, 130-141, doi:10.1175/1520-0469(1963)020<0130:dnf>2.0.co;2; rings of them: Josić & Wayne (2000), J. Stat. Phys. 98, 1 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    structural param N = 8 in [2, 4096]
    param sigma = 10, rho = 28, beta = 8/3
    /// Coupling
    param k = 1
    index i in 0..N cyclic
    state x[i] = 8*cos(i^2), y[i] = 8*cos(i^2 + 0.1*i), z[i] = 25 + sin(i)

    x[i]' = sigma*(y[i] - x[i]) + k*(x[i-1] - 2*x[i] + x[i+1])
    y[i]' = x[i]*(rho - z[i]) - y[i]
    z[i]' = x[i]*y[i] - beta*z[i]

    sample { period: 0.645, transient: 20 }
}

/// Weather on a circle of latitude with two scales: each slow variable drives a sector of fast,
/// small ones, which brake it. States: the slow ones, then the fast ones all around the circle.
ode Lorenz96TwoScale {
    meta {
        field: "atmosphere and climate"
        cite: ["Lorenz (1996), Proc. ECMWF Seminar on Predictability 1, 1-18", "Wilks (2005), Q. J. R. Meteorol. Soc. 131, 389-407, doi:10.1256/qj.04.03"]
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    /// Sectors, and fast variables in each
    structural param K = 8 in [4, 512], J = 4 in [1, 64]
    /// Force, coupling
    param f = 10, h = 1
    /// How much faster and how much smaller the fast variables are
    param c = 10, b = 10
    index k in 0..K cyclic
    index j in 0..K*J cyclic
    state x[k] = f/2 + sin(k^2), y[j] = cos(j^2)/10

    let burden[k] = sum(j in k*J..k*J+J)(y[j])
    x[k]' = (x[k+1] - x[k-2])*x[k-1] - x[k] + f - h*c/b*burden[k]
    y[j]' = c*b*y[j+1]*(y[j-1] - y[j+2]) - c*y[j] + h*c/b*x[floor(j/J)]

    sample { period: 2.3, transient: 23 }
}

/// Weather on a circle of latitude with waves that are longer than the grid: the model of 1996 with
/// its neighbours averaged over K of them, K odd.
ode Lorenz05 {
    meta {
        field: "atmosphere and climate"
        cite: "Lorenz (2005), J. Atmos. Sci. 62, 1574-1587, doi:10.1175/jas3430.1 (model II)"
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    structural param N = 40 in [8, 4096], K = 3 in [1, 99]
    param f = 12
    index n in 0..N cyclic
    state x[n] = f/2 + sin(n^2)

    let w[n] = sum(i in 0..K)(x[n+i-floor(K/2)])/K
    let carried[n] = sum(j in 0..K)(w[n-K+j-floor(K/2)]*x[n+K+j-floor(K/2)])/K
    x[n]' = -w[n-2*K]*w[n-K] + carried[n] - x[n] + f

    sample { period: 1.7, transient: 20 }
}

/// Masses on a line whose springs stiffen. A weak slow swing returns again and again, the first
/// surprise that a computer found; from the strong one given here the motion is chaotic.
ode FermiPastaUlam {
    meta {
        field: "statistical physics"
        cite: "Fermi, Pasta & Ulam (1955), Studies of nonlinear problems, Los Alamos report LA-1940, doi:10.2172/4376203"
        tags: ["autonomous", "conservative", "polynomial", "spatial"]
    }
    structural param N = 16 in [2, 4096]
    /// Cubic part of the force
    param beta = 1
    /// Size of the first swing
    param size = 6
    index i in 0..N zero
    state x[i] = size*sin(pi*(i + 1)/(N + 1)) + sin(4*pi*(i + 1)/(N + 1)), x[i]' = 0

    let pull[i] = x[i+1] - x[i] + beta*(x[i+1] - x[i])^3
    let push[i] = x[i] - x[i-1] + beta*(x[i] - x[i-1])^3
    x[i]'' = pull[i] - push[i]

    sample { period: 4.3, transient: 100 }
}

/// Masses on a ring with springs that are stiff when pushed and soft when pulled: every motion is
/// regular.
ode TodaLattice {
    meta {
        field: "statistical physics"
        cite: "Toda (1967), J. Phys. Soc. Jpn. 22, 431-436, doi:10.1143/jpsj.22.431"
        tags: ["autonomous", "conservative", "transcendental", "spatial", "not_chaotic"]
    }
    structural param N = 16 in [2, 4096]
    index i in 0..N cyclic
    state x[i] = 0, x[i]' = cos(2*pi*i/N) + sin(6*pi*i/N)/2

    x[i]'' = exp(x[i-1] - x[i]) - exp(x[i] - x[i+1])

    sample { period: 14.5, transient: 0 }
}

/// Atoms on a ring above a wavy bed, joined by springs, without friction.
ode FrenkelKontorova {
    meta {
        field: "condensed matter"
        cite: "Braun & Kivshar (1998), Phys. Rep. 306, 1 (unverified)"
        tags: ["autonomous", "conservative", "transcendental", "spatial"]
    }
    structural param N = 16 in [2, 4096]
    /// Depth of the bed
    param k = 2
    index i in 0..N cyclic
    state x[i] = 0, x[i]' = 1.5*sin(i^2)

    x[i]'' = x[i-1] - 2*x[i] + x[i+1] - k/(2*pi)*sin(2*pi*x[i])

    output elongation = sum(i)(abs(x[i+1] - x[i]))/N
    sample { period: 1.7, transient: 50 }
}

/// Pendulums on a ring, joined by springs, with friction and a force that swings: kinks, breathers,
/// and chaos between them.
ode DrivenSineGordon {
    meta {
        field: "condensed matter"
        cite: "Bishop et al. (1983), Phys. Rev. Lett. 50, 1095 (unverified)"
        tags: ["forced", "dissipative", "transcendental", "spatial"]
    }
    structural param N = 24 in [2, 4096]
    /// Length of the ring, friction, strength and frequency of the force
    param L = 24, damping = 0.2, f = 1, omega = 0.6
    index i in 0..N cyclic
    state x[i] = cos(2*pi*i/N) + 0.1*sin(6*pi*i/N) wrap [-pi, pi), x[i]' = 0

    let h = L/N
    x[i]'' = bend(x[i-1], x[i], x[i+1], h) - sin(x[i]) - damping*x[i]' + f*sin(omega*t)

    sample { period: 2*pi/omega, transient: 105 }
}

/// Cells that rest in one of two states and pull each other over: a front runs along the line, or
/// sticks where the coupling is weak.
ode NagumoLattice {
    meta {
        field: "neuroscience"
        cite: "Keener (1987), SIAM J. Appl. Math. 47, 556 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "spatial", "not_chaotic"]
    }
    structural param N = 32 in [2, 4096]
    /// Threshold, coupling
    param a = 0.3, d = 0.2
    index i in 0..N clamped
    state u[i] = if i < N/4 then 1 else 0

    u[i]' = d*(u[i-1] - 2*u[i] + u[i+1]) + u[i]*(1 - u[i])*(u[i] - a)

    sample { period: 10, transient: 0 }
}

/// Light in coupled fibres or atoms in a row of traps, by real and imaginary part: it hops to the
/// neighbours and bends its own path.
ode DiscreteNonlinearSchrodinger {
    meta {
        field: "optics"
        cite: "Eilbeck, Lomdahl & Scott (1985), Physica D 16, 318 (unverified)"
        tags: ["autonomous", "conservative", "polynomial", "spatial"]
    }
    structural param N = 16 in [2, 4096]
    /// Hopping, strength of the nonlinearity
    param hop = 1, gamma = 1
    index i in 0..N cyclic
    state re[i] = 1 + cos(2*pi*i/N)/2, im[i] = sin(i^2)/2

    let turn[i] = gamma*(re[i]^2 + im[i]^2)
    re[i]' = -hop*(im[i-1] + im[i+1]) - turn[i]*im[i]
    im[i]' = hop*(re[i-1] + re[i+1]) + turn[i]*re[i]

    sample { period: 0.89, transient: 30 }
}

// ---- Lattices of maps ---------------------------------------------------------------------------

/// Logistic maps that all feel their common mean.
map LogisticMeanField {
    meta {
        field: "mathematics"
        cite: "Kaneko (1990), Physica D 41, 137-172, doi:10.1016/0167-2789(90)90119-a"
        tags: ["autonomous", "dissipative", "polynomial", "spatial"]
    }
    structural param N = 32 in [2, 65536]
    param a = 1.9
    /// Coupling
    param eps = 0.1
    index i in 0..N
    state x[i] = sin(i^2)

    let f[i] = 1 - a*x[i]^2
    let mean = sum(i)(f[i])/N
    next x[i] = (1 - eps)*f[i] + eps*mean

    sample { transient: 1000 }
}

/// Tent maps on a ring, each mixed with its neighbours: stretched alike everywhere.
map TentLattice {
    meta {
        field: "mathematics"
        cite: "after Kaneko (1984), Prog. Theor. Phys. 72, 480-486, doi:10.1143/ptp.72.480 (tents in place of parabolas)"
        tags: ["autonomous", "dissipative", "piecewise", "spatial"]
    }
    structural param N = 32 in [2, 65536]
    param a = 1.9
    /// Coupling
    param eps = 0.2
    index i in 0..N cyclic
    state x[i] = sin(i^2)

    let f[i] = 1 - a*abs(x[i])
    next x[i] = (1 - eps)*f[i] + eps*(f[i-1] + f[i+1])/2

    sample { transient: 1000 }
}

/// Circle maps on a ring.
map CircleLattice {
    meta {
        field: "mathematics"
        cite: "after Kaneko (1984), Prog. Theor. Phys. 72, 480-486, doi:10.1143/ptp.72.480 (circle maps in place of parabolas)"
        tags: ["autonomous", "dissipative", "transcendental", "spatial"]
    }
    structural param N = 32 in [2, 65536]
    /// Strength of the kick, mean advance, coupling
    param k = 4, omega = 0.2, eps = 0.3
    index i in 0..N cyclic
    state x[i] = sin(i^2)/2 wrap [-1/2, 1/2)

    let f[i] = x[i] + omega - k*sin(2*pi*x[i])/(2*pi)
    next x[i] = (1 - eps)*f[i] + eps*(f[i-1] + f[i+1])/2

    sample { transient: 1000 }
}

/// Kicked rotors on a ring, which kick their neighbours as well: area is preserved.
map StandardMapLattice {
    meta {
        field: "mathematics"
        cite: "Kaneko & Bagley (1985), Phys. Lett. A 110, 435 (unverified)"
        tags: ["autonomous", "conservative", "transcendental", "spatial"]
    }
    structural param N = 16 in [2, 65536]
    /// Strength of the kicks
    param k = 2
    index i in 0..N cyclic
    state q[i] = 1 + sin(i^2) wrap [-pi, pi), p[i] = 0.1*cos(i^2) wrap [-pi, pi)

    let kick[i] = k*(sin(q[i+1] - q[i]) - sin(q[i] - q[i-1]))
    next q[i] = q[i] + p[i] + kick[i]
    next p[i] = p[i] + kick[i]

    sample { transient: 1000 }
}

// ---- Maps of the line ---------------------------------------------------------------------------

/// A population with limited food, generation by generation.
map Logistic {
    meta {
        field: "ecology"
        cite: "May (1976), Nature 261, 459-467, doi:10.1038/261459a0"
        tags: ["polynomial"]
    }
    /// Growth at low numbers
    param r = 3.9
    state x = 0.51

    next x = r*x*(1 - x)

    sample { transient: 100 }
}

/// Stock and recruits of a fishery with overcrowding.
map Ricker {
    meta {
        field: "ecology"
        cite: "Ricker (1954), J. Fish. Res. Board Can. 11, 559-623, doi:10.1139/f54-039"
        tags: ["transcendental"]
    }
    /// Logarithm of the growth at low numbers
    param a = 3.3
    state x = 0.51

    next x = x*exp(a - x)

    sample { transient: 100 }
}

/// A stretched and folded interval with straight sides.
map Tent {
    meta {
        field: "mathematics"
        cite: "Strogatz (1994), Nonlinear Dynamics and Chaos"
        tags: ["piecewise"]
    }
    param mu = 0.95
    state x = 0.51

    next x = mu*(1 - 2*abs(x - 0.5))

    sample { transient: 100 }
}

/// A bell curve, shifted and iterated.
map Gauss {
    meta {
        field: "mathematics"
        cite: "Hilborn (2000), Chaos and Nonlinear Dynamics, 2nd ed. (Oxford University Press), doi:10.1093/acprof:oso/9780198507239.001.0001"
        tags: ["transcendental"]
    }
    param a = 4.9, b = -0.5
    state x = 0.5

    next x = exp(-a*x^2) + b

    sample { transient: 100 }
}

/// Chebyshev polynomials written through the cosine; the degree need not be an integer.
map Chebyshev {
    meta {
        field: "mathematics"
        cite: "Adler & Rivlin (1964), Proc. Amer. Math. Soc. 15, 794-796, doi:10.1090/s0002-9939-1964-0202968-3"
        tags: ["transcendental"]
    }
    param a = 6
    state x = 0.51

    next x = cos(a*acos(x))

    sample { transient: 100 }
}

/// A rotation of the circle with a periodic kick, strong enough to fold. The angle counts turns.
map Circle {
    meta {
        field: "mathematics"
        cite: "Arnold (1965), Amer. Math. Soc. Transl. 46, 213-284"
        tags: ["transcendental"]
    }
    /// Turn of the circle, and strength of the kick
    param omega = 333/1000, k = 5.7
    state theta = 0

    next theta = theta + omega + k/(2*pi)*sin(2*pi*theta)

    sample { transient: 100 }
}

// ---- Maps of the plane --------------------------------------------------------------------------

/// A plane stretched and folded onto a strange attractor.
map Henon {
    meta {
        field: "mathematics"
        cite: "Hénon (1976), Commun. Math. Phys. 50, 69-77, doi:10.1007/bf01608556"
        tags: ["dissipative", "polynomial"]
    }
    param a = 1.4 in [1, 1.42], b = 0.3
    state x = 1.21674097, y = 0.03536533

    next x = 1 - a*x^2 + y
    next y = b*x

    known {
        lyapunov: [0.419, -1.623] ± 1e-3 from "Sprott (2003), Chaos and Time-Series Analysis"
    }
    sample { transient: 100 }
}

/// A cubic map of the plane in the image of the forced two-well oscillator.
map DuffingMap {
    meta {
        field: "mechanics"
        cite: "dysts 0.96, without a source (unverified)"
        tags: ["dissipative", "polynomial"]
    }
    param a = 2.75, b = 0.2
    state x = 0.51, y = 0.1

    next x = y
    next y = -b*x + a*y - y^3

    sample { transient: 100 }
}

/// A population with delayed regulation, as a quadratic map of the plane.
map MaynardSmith {
    meta {
        field: "ecology"
        cite: "Maynard Smith (1968), Mathematical Ideas in Biology (Cambridge University Press), doi:10.1017/cbo9780511565144"
        tags: ["dissipative", "polynomial"]
    }
    param a = 0.87, b = 0.75
    state x = 0, y = 0.1

    next x = y
    next y = a*y + b - x^2

    sample { transient: 100 }
}

/// An Euler step of the vector field in which a saddle and a centre are born together;
/// conservative here.
map Bogdanov {
    meta {
        field: "mathematics"
        cite: "Bogdanov (1981), Selecta Math. Soviet. 1, 389-421"
        tags: ["conservative", "polynomial", "not_chaotic"]
    }
    param eps = 0, k = 1.2, mu = 0
    state x = 0.51, y = 0.2

    let q = (1 + eps)*y + k*x*(x - 1) + mu*x*y
    next x = x + q
    next y = q

    sample { transient: 100 }
}

/// A quadratic map, the square of a complex number with linear terms.
map Tinkerbell {
    meta {
        field: "mathematics"
        cite: "Nusse & Yorke (1994), Dynamics: Numerical Explorations, doi:10.1007/978-1-4684-0231-5"
        tags: ["dissipative", "polynomial"]
    }
    param a = 0.9, b = -0.6013, c = 2, d = 0.5
    state x = 0.13738266, y = -0.0308518

    next x = x^2 - y^2 + a*x + b*y
    next y = 2*x*y + c*x + d*y

    sample { transient: 100 }
}

/// Light that circulates in a ring cavity with a nonlinear medium.
map Ikeda {
    meta {
        field: "optics"
        cite: "Ikeda (1979), Opt. Commun. 30, 257-261, doi:10.1016/0030-4018(79)90090-7"
        tags: ["dissipative", "transcendental"]
    }
    param u = 0.9
    state x = 0.9, y = 0.55524451

    let q = 0.4 - 6/(1 + x^2 + y^2)
    next x = 1 + u*(x*cos(q) - y*sin(q))
    next y = u*(x*sin(q) + y*cos(q))

    sample { transient: 100 }
}

/// A doubled angle drives a contracted line: an attractor of known dimension. The modulus is a
/// hair below one so that doubling does not run out of binary digits.
map KaplanYorke {
    meta {
        field: "mathematics"
        cite: "Kaplan & Yorke (1979), Functional Differential Equations and Approximation of Fixed Points, Lecture Notes in Mathematics 730, 204-227, doi:10.1007/bfb0064319"
        tags: ["dissipative", "transcendental", "piecewise"]
    }
    param alpha = 0.2
    state x = 0.2, y = 0.2

    next x = mod(2*x, 0.99999995)
    next y = alpha*y + cos(4*pi*x)

    output x = x, y = y

    sample { transient: 100 }
}

/// Kneaded dough: stretch to twice the length, cut, stack. The stretch is a hair below two so
/// that doubling does not run out of binary digits.
map Baker {
    meta {
        field: "mathematics"
        cite: "Hopf (1937), Ergodentheorie (Springer, Berlin), doi:10.1007/978-3-642-86630-2"
        tags: ["conservative", "piecewise"]
    }
    param a = 1
    state x = 0.04995935, y = 0.363224

    let h = 2 - 1e-10
    next x = h*x - floor(h*x)
    next y = (a*y + floor(h*x))/2

    output x = x, y = y

    sample { transient: 100 }
}

/// The standard map of a kicked rotator, at the kick at which the last torus breaks.
map Chirikov {
    meta {
        field: "mechanics"
        cite: "Chirikov (1979), Phys. Rep. 52, 263-379, doi:10.1016/0370-1573(79)90023-1"
        tags: ["conservative", "transcendental"]
    }
    /// Strength of the kick
    param k = 0.971635
    state p = 0.1, x = 0.1 wrap [-pi, pi)

    next p = p + k*sin(x)
    next x = x + p + k*sin(x)

    sample { transient: 100 }
}

/// A disk stirred by two vortices that act in turn, each for a time `t`: exact images under one
/// whole period, in polar coordinates. The wall slips.
map BlinkingVortexMap {
    meta {
        field: "fluid dynamics"
        cite: "Aref (1984), J. Fluid Mech. 143, 1-21, doi:10.1017/s0022112084001233"
        tags: ["conservative", "transcendental", "piecewise"]
    }
    time k
    /// Radius of the disk, circulation, distance of the vortices, time for which each acts
    param a = 1, gamma = 1, b = 0.5, t = 1.5
    state rt = 0.17, tt = 0.33 wrap [-pi, pi)

    // The vortex at b acts: from (x0, y0) to (x1, y1).
    let x0 = rt*cos(tt), y0 = rt*sin(tt)
    let l1 = vortex_ratio(x0, y0, a, b)
    let centre1 = vortex_centre(l1, a, b), radius1 = vortex_radius(l1, a, b)
    let phase1 = vortex_phase(atan2(y0, x0 - centre1), l1) + t*vortex_rate(l1, a, b, gamma)
    let q1 = root(q, vortex_phase(q, l1) - phase1, half_turn(phase1))
    let x1 = centre1 + radius1*cos(q1), y1 = radius1*sin(q1)

    // Then the one at -b: the same, seen after half a turn of the disk.
    let l2 = vortex_ratio(-x1, -y1, a, b)
    let centre2 = vortex_centre(l2, a, b), radius2 = vortex_radius(l2, a, b)
    let phase2 = vortex_phase(atan2(-y1, -x1 - centre2), l2) + t*vortex_rate(l2, a, b, gamma)
    let q2 = root(q, vortex_phase(q, l2) - phase2, half_turn(phase2))
    let x2 = -(centre2 + radius2*cos(q2)), y2 = -radius2*sin(q2)

    next rt = sqrt(x2^2 + y2^2)
    next tt = atan2(y2, x2)

    sample { transient: 100 }
}

/// A piecewise linear area-preserving map with islands in the shape of a biscuit; regular from
/// the given start.
map Gingerbreadman {
    meta {
        field: "mathematics"
        cite: "Devaney (1984), Physica D 10, 387-393, doi:10.1016/0167-2789(84)90187-8"
        tags: ["conservative", "piecewise", "not_chaotic"]
    }
    state x = 0.51, y = 0.1

    next x = 1 - y + abs(x)
    next y = x

    sample { transient: 100 }
}

/// A map from the study of beams in accelerators; contracting at these values.
map GumowskiMira {
    meta {
        field: "mechanics"
        cite: "Gumowski & Mira (1980), Recurrences and Discrete Dynamic Systems, doi:10.1007/bfb0089135"
        tags: ["dissipative", "rational", "not_chaotic"]
    }
    param a = -1.1, b = -0.2
    state x = 0.1, y = 0.1

    let q = b*y + a*x + 2*(1 - a)*x^2/(1 + x^2)
    next x = q
    next y = a*q + 2*(1 - a)*q^2/(1 + q^2) - x

    sample { transient: 100 }
}

/// A square root and a sign give orbits that hop through rings.
map Hopalong {
    meta {
        field: "mathematics"
        cite: "Dewdney (1986), Scientific American 255(3), 14-20, doi:10.1038/scientificamerican0986-14"
        tags: ["conservative", "piecewise"]
    }
    param a = 3.1, b = 2.5, c = 4.2
    state x = 0.1, y = 0.1

    next x = y - 1 - sqrt(abs(b*x - 1 - c))*sign(x - 1)
    next y = a - x - 1

    sample { transient: 100 }
}

/// Sines and cosines of both coordinates.
map DeJong {
    meta {
        field: "mathematics"
        cite: "Dewdney (1987), Scientific American 257(1), 108-111, doi:10.1038/scientificamerican0787-108"
        tags: ["dissipative", "transcendental"]
    }
    param a = 1.641, b = 1.902, c = 0.316, d = 1.525
    state x = 1.78166133, y = -1.15791549

    next x = sin(a*y) - cos(b*x)
    next y = sin(c*x) - cos(d*y)

    sample { transient: 100 }
}

/// Sines and cosines of both coordinates, weighted.
map Svensson {
    meta {
        field: "mathematics"
        cite: "J. Svensson; see Rampe (2017), 2D Strange Attractors, Softology's Blog"
        tags: ["transcendental"]
    }
    param a = 1.5, b = -1.8, c = 1.6, d = 0.9
    state x = 0.5, y = 0.5

    next x = d*sin(a*x) - sin(b*y)
    next y = c*cos(a*x) + cos(b*y)

    sample { transient: 100 }
}

/// Sines and cosines in the plane, a relative of Clifford's attractor.
map Pickover {
    meta {
        field: "mathematics"
        cite: "Pickover (1990), Computers, Pattern, Chaos and Beauty (St. Martin's Press)"
        tags: ["transcendental"]
    }
    param a = -1.4, b = 1.6, c = 1, d = 0.7
    state x = -0.97631884, y = -1.2040783

    next x = sin(a*y) + c*cos(a*x)
    next y = sin(b*x) + d*cos(b*y)

    sample { transient: 100 }
}

/// A product inside a sine, with a shape like hair after sleep.
map Bedhead {
    meta {
        field: "mathematics"
        cite: "I. Emrich; see Rampe (2017), 2D Strange Attractors, Softology's Blog"
        tags: ["transcendental"]
    }
    param a = -0.67, b = 0.83
    state x = 0.5, y = 0.5

    next x = sin(x*y/b)*y + cos(a*x - y)
    next y = x + sin(y)/b

    sample { transient: 100 }
}

// ==== Beyond dysts ===============================================================================
//
// Systems that dysts lacks. `checked` says where form and values were read: in packages (tsdynamics
// 6.1.1, MIT; PredefinedDynamicalSystems.jl, MIT) or in a page named there. What could only be
// recalled is marked `unverified` in `cite`; its form and values were then judged by the motion
// that they give.

// ---- Oscillators, circuits, mechanics -----------------------------------------------------------

/// The limit cycle of a triode: damped when far out, driven when close in.
ode VanDerPol {
    meta {
        field: "electronics"
        cite: "van der Pol (1926), Philos. Mag. 2, 978-992, doi:10.1080/14786442608564127"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param mu = 1 in [0, 10]
    state x = 1.971011, y = -0.316765

    x' = y
    y' = mu*(1 - x^2)*y - x

    sample { period: 6.6623, transient: 67 }
}

/// An oscillator just past the onset of swinging, whose frequency shifts with its amplitude: the
/// normal form of a Hopf bifurcation.
ode StuartLandau {
    meta {
        field: "fluid dynamics"
        cite: "Stuart (1960), J. Fluid Mech. 9, 353-370, doi:10.1017/s002211206000116x"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    /// Growth, frequency, shift of the frequency
    param mu = 1, omega = 1, b = 0.5
    state x = 1, y = 0

    let rr = x^2 + y^2
    x' = mu*x - omega*y - rr*(x - b*y)
    y' = omega*x + mu*y - rr*(y + b*x)

    sample { period: 12.565, transient: 130 }
}

/// A mass on a spring that hardens from nothing, shaken by a cosine: Ueda's broken egg.
ode Ueda {
    meta {
        field: "mechanics"
        cite: "Ruelle (1980), Math. Intelligencer 2, 126-137, figure 5"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["forced", "dissipative", "transcendental"]
    }
    /// Friction and strength of the force
    param k = 0.1, b = 12
    state x = 3, y = 0, z = 0 wrap [-pi, pi)

    x' = y
    y' = b*cos(z) - k*y - x^3
    z' = 1

    output x = x, y = y, sin_z = sin(z)

    sample { period: 6.2832, transient: 63 }
}

/// A damped pendulum pushed around by a cosine strong enough to turn it over again and again.
ode ForcedPendulum {
    meta {
        field: "mechanics"
        cite: "Baker & Gollub (1990), Chaotic Dynamics, Cambridge University Press (values unverified)"
        checked: "PredefinedDynamicalSystems.jl for the form"
        tags: ["forced", "dissipative", "transcendental"]
    }
    /// Friction, strength and frequency of the force
    param d = 1/2, f = 1.5 in [0.9, 1.5], omega = 2/3
    state x = 0.1 wrap [-pi, pi), y = 0.25, z = 0 wrap [-pi, pi)

    x' = y
    y' = -d*y - sin(x) + f*cos(z)
    z' = omega

    output sin_x = sin(x), y = y, sin_z = sin(z)

    sample { period: 9.4248, transient: 94 }
}

/// A pendulum without friction, pushed by a sine: a stochastic sea around its separatrix.
ode DrivenPendulum {
    meta {
        field: "mechanics"
        cite: "Sprott (2001), Simple Driven Conservative Chaotic Flows, sprott.physics.wisc.edu/chaos/drivcons.htm"
        checked: "its source"
        tags: ["forced", "conservative", "transcendental"]
    }
    param omega = 0.5
    state x = 0 wrap [-pi, pi), y = 0, z = 0 wrap [-pi, pi)

    x' = y
    y' = -sin(x) + sin(z)
    z' = omega

    output sin_x = sin(x), y = y, sin_z = sin(z)

    sample { period: 12.566, transient: 130 }
}

/// A cubic spring without friction pushed by a sine, perhaps the simplest driven flow with chaos;
/// the frequency is the only parameter.
ode SprottDriven {
    meta {
        field: "mathematics"
        cite: "Sprott (2001), Simple Driven Conservative Chaotic Flows, sprott.physics.wisc.edu/chaos/drivcons.htm"
        checked: "its source"
        tags: ["forced", "conservative", "transcendental"]
    }
    param omega = 1.88
    state x = 0, y = 0, z = 0 wrap [-pi, pi)

    x' = y
    y' = -x^3 + sin(z)
    z' = omega

    output x = x, y = y, sin_z = sin(z)

    sample { period: 3.3421, transient: 33 }
}

/// A pendulum over three magnets, with friction: it wanders among them and comes to rest over one
/// of them. Which one depends finely on the start.
ode MagneticPendulum {
    meta {
        field: "mechanics"
        cite: "textbook system; no source is named there"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "rational", "not_chaotic", "transient_chaos"]
    }
    structural param magnets = 3 in [1, 64]
    index i in 0..magnets
    /// Friction, height over the magnets, frequency, strength of each magnet
    param alpha = 0.2, d = 0.3, omega = 0.5, gamma[i] = 1
    state x = 0.7094, y = 0.7048, vx = 0, vy = 0

    let mx[i] = cos(2*pi*(i + 1)/magnets), my[i] = sin(2*pi*(i + 1)/magnets)
    let pull[i] = gamma[i]/((x - mx[i])^2 + (y - my[i])^2 + d^2)^(3/2)
    x' = vx
    y' = vy
    vx' = -omega^2*x - alpha*vx - sum(i)(pull[i]*(x - mx[i]))
    vy' = -omega^2*y - alpha*vy - sum(i)(pull[i]*(y - my[i]))

    sample { period: 1.0386, transient: 10 }
}

/// An electron among soft round hills on a square grid, in a magnetic field across the plane.
ode Antidots {
    meta {
        field: "physics"
        cite: "Datseris et al. (2019), New J. Phys., doi:10.1088/1367-2630/ab19cc"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "conservative", "piecewise"]
    }
    /// Magnetic field, diameter of the hills, width of their slope
    param b = 1, d0 = 0.5, c = 0.2
    state x = 0.5 wrap [0, 1), y = 0.5 wrap [0, 1), vx = 1, vy = 1

    let dx = x - floor(x + 1/2), dy = y - floor(y + 1/2)
    let r = sqrt(dx^2 + dy^2)
    // The slope of the hill over the distance from its top.
    let slope = if r < d0/2 + c then -4*(d0/2 + c - r)^3/(c^4*r) else 0
    x' = vx
    y' = vy
    vx' = 2*sqrt(2)*b*vy - slope*dx
    vy' = -2*sqrt(2)*b*vx - slope*dy

    output sin_x = sin(2*pi*x), sin_y = sin(2*pi*y), vx = vx, vy = vy

    sample { period: 2.3076, transient: 23 }
}

/// A particle in a double well that is shaken along one axis only: chaos on an invariant plane,
/// whose basin is riddled with holes.
ode RiddledBasins {
    meta {
        field: "mathematics"
        cite: "Ott, Alexander, Kan, Sommerer & Yorke (1994), The transition to chaotic attractors with riddled basins, Physica D"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["forced", "dissipative", "transcendental"]
    }
    param gamma = 0.05, xbar = 1.9, f0 = 2.3, omega = 3.5, x0 = 1, y0 = 0
    state x = 0.5, y = 0.05, vx = 0, vy = 0, z = 0 wrap [-pi, pi)

    x' = vx
    y' = vy
    vx' = -gamma*vx + 4*x*(1 - x^2) - y^2 + f0*sin(z)*x0
    vy' = -gamma*vy - 2*y*(x + xbar) + f0*sin(z)*y0
    z' = omega

    output x = x, y = y, vx = vx, vy = vy, sin_z = sin(z)

    sample { period: 1.7952, transient: 18 }
}

/// Shinriki's oscillator: a negative resistance and two diodes back to back between its two
/// capacitors.
ode Shinriki {
    meta {
        field: "electronics"
        cite: "Shinriki, Yamamoto & Mori (1981), Proc. IEEE 69, 394-395 (unverified)"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    /// The resistance that is turned
    param r1 = 22
    state x = -2, y = 0, z = 0.2

    let current = 2.295e-5*(exp(3.0038*(x - y)) - exp(-3.0038*(x - y))) + (x - y)/14.5
    x' = (x*(1/6.9 - 1/r1) - current)/0.01
    y' = (current - z)/0.1
    z' = (y - 0.1*z)/0.32

    sample { period: 1.2931, transient: 13 }
}

/// Two Rossler bands that turn at slightly different speeds and pull each other: the phases lock
/// while the amplitudes go on in chaos of their own.
ode RosslerCoupled {
    meta {
        field: "mathematics"
        cite: "Rosenblum, Pikovsky & Kurths (1996), Phys. Rev. Lett. 76, 1804 (values unverified)"
        checked: "PredefinedDynamicalSystems.jl for the form, there coupled through y"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 0.15, b = 0.2, c = 10
    /// Speeds and strength of the coupling
    param w1 = 1.015, w2 = 0.985, k = 0.035
    state x1 = 1, y1 = -2, z1 = 0, x2 = 0.11, y2 = 0.2, z2 = 0.1

    x1' = -w1*y1 - z1 + k*(x2 - x1)
    y1' = w1*x1 + a*y1
    z1' = b + z1*(x1 - c)
    x2' = -w2*y2 - z2 + k*(x1 - x2)
    y2' = w2*x2 + a*y2
    z2' = b + z2*(x2 - c)

    sample { period: 6.1024, transient: 61 }
}

/// Oscillators of different speeds, each pulled towards the mean field of all; too weakly here
/// for them to lock. If there is chaos, its exponent is below a thousandth.
ode Kuramoto {
    meta {
        field: "mathematics"
        cite: "Kuramoto (1975), International Symposium on Mathematical Problems in Theoretical Physics, Lect. Notes Phys. 39"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "transcendental", "not_chaotic", "twin"]
    }
    structural param N = 25 in [2, 1000]
    index i in 0..N
    param k = 0.3, omega[i] = -1 + 2*i/(N - 1)
    state phi[i] = 2*pi*i/(N - 1) wrap [-pi, pi)

    let mean_cos = sum(i)(cos(phi[i]))/N, mean_sin = sum(i)(sin(phi[i]))/N
    phi[i]' = omega[i] + k*(mean_sin*cos(phi[i]) - mean_cos*sin(phi[i]))

    sample { period: 10, transient: 100 }
}

// ---- Fluids, climate, geophysics ----------------------------------------------------------------

/// Lorenz's flow at large Rayleigh and Prandtl number, where diffusion drops out: two strange
/// attractors, linked, at this forcing.
ode DiffusionlessLorenz {
    meta {
        field: "fluid dynamics"
        cite: "Sprott (2014), Simplest Chaotic Flows with Involutional Symmetries, Int. J. Bifurcation Chaos 24, 1450009"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_as: "SprottB"
    }
    param r = 4.7 in (0, 5]
    state x = 0.1, y = 0.1, z = 0.1

    x' = y - x
    y' = -x*z
    z' = x*y - r

    sample { period: 4.7662, transient: 48 }
}

/// Two magnetic modes and a flow between them: reversals at irregular times, as of the Earth's
/// field.
ode Gissinger {
    meta {
        field: "geophysics"
        cite: "Gissinger (2012), Eur. Phys. J. B 85, 1-12"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param mu = 0.119, nu = 0.1, gamma = 0.9
    state q = 3, d = 0.5, v = 1.5

    q' = mu*q - v*d
    d' = -nu*d + v*q
    v' = gamma - v + q*d

    sample { period: 5.239, transient: 52 }
}

/// Temperature and salt of an ocean in two boxes, between which water flows by the difference of
/// the two: it comes to rest in one of two states.
ode StommelBox {
    meta {
        field: "atmosphere and climate"
        cite: "Stommel (1961), Tellus 13(2), Thermohaline convection with two stable regimes of flow"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "piecewise", "not_chaotic"]
    }
    /// Forcing of temperature and salt, relaxation of the salt
    param eta1 = 3, eta2 = 1, eta3 = 0.3
    state T = 0.3, S = 0.2

    let flow = abs(T - S)
    T' = eta1 - T - flow*T
    S' = eta2 - eta3*S - flow*S

    // It comes to rest; the time in which salt relaxes takes the place of a period.
    sample { period: 10/3, transient: 0 }
}

/// Flame fronts and falling films: long waves grow, short ones decay, and steepening carries
/// energy between. Differences of fourth order on a ring of length `L`.
ode KuramotoSivashinsky {
    meta {
        field: "fluid dynamics"
        cite: ["Kuramoto & Tsuzuki (1976), Prog. Theor. Phys. 55, 356-369, doi:10.1143/ptp.55.356", "Sivashinsky (1977), Acta Astronaut. 4, 1177-1206"]
        checked: "tsdynamics 6.1.1, whose differences are of sixth order but for the last"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    structural param N = 32 in [8, 1024]
    param L = 22 in [18, 200]
    index i in 0..N cyclic
    state u[i] = cos(2*pi*i/N) + 0.1*cos(4*pi*i/N) + 0.1*sin(6*pi*i/N)

    let h = L/N
    let half_square[i] = u[i]^2/2
    let steepen[i] =
        (8*(half_square[i+1] - half_square[i-1]) - half_square[i+2] + half_square[i-2])/(12*h)
    let grow[i] = (16*(u[i+1] + u[i-1]) - u[i+2] - u[i-2] - 30*u[i])/(12*h^2)
    let decay[i] = (12*(u[i+2] + u[i-2]) - u[i+3] - u[i-3] - 39*(u[i+1] + u[i-1]) + 56*u[i])/(6*h^4)
    u[i]' = -steepen[i] - grow[i] - decay[i]

    sample { period: 20, transient: 200 }
}

// ---- Chemistry, nerves, ecology -----------------------------------------------------------------

/// A reaction that speeds up itself, with its feeds held fixed: a limit cycle.
ode Brusselator {
    meta {
        field: "chemistry"
        cite: "Prigogine & Lefever (1968), J. Chem. Phys. 48, 1695-1700, doi:10.1063/1.1668896"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param a = 1, b = 3
    state x = 1.274373, y = 4.177555

    x' = a - (b + 1)*x + x^2*y
    y' = b*x - x^2*y

    sample { period: 7.1564, transient: 72 }
}

/// Glycolysis in two variables: a product that speeds up the enzyme that makes it.
ode Selkov {
    meta {
        field: "cell biology"
        cite: "Sel'kov (1968), Eur. J. Biochem. 4, 79-86, doi:10.1111/j.1432-1033.1968.tb00175.x"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param a = 0.1, b = 0.6 in [0.42, 0.79]
    state x = 0.574662, y = 0.795244

    x' = -x + a*y + x^2*y
    y' = b - a*y - x^2*y

    sample { period: 9.2965, transient: 93 }
}

/// A nerve cell's voltage and recovery under a steady current: spikes in even time.
ode FitzHughNagumo {
    meta {
        field: "neuroscience"
        cite: "FitzHugh (1961), Biophys. J. 1, 445-466, doi:10.1016/s0006-3495(61)86902-6"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param a = 0.7, b = 0.8, curr = 0.5, gamma = 0.08
    state v = 1.636907, w = 0.755567

    v' = v - v^3/3 - w + curr
    w' = gamma*(v + a - b*w)

    sample { period: 39.477, transient: 390 }
}

/// Calcium and potassium channels of a barnacle's muscle fibre, kept to the voltage and one gate.
ode MorrisLecar {
    meta {
        field: "neuroscience"
        cite: "Morris & Lecar (1981), Biophys. J. 35, Voltage oscillations in the barnacle giant muscle fiber"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
    }
    param curr = 0.15, v1 = 0, v2 = 0.15, v3 = 0.1, v4 = 0.1, vca = 1, vl = -0.5, vk = -0.7
    param gca = 1.2, gk = 2, gl = 0.5, tau = 3
    state v = 0.1, n = 0.1

    let open = (1 + tanh((v - v1)/v2))/2, rest = (1 + tanh((v - v3)/v4))/2
    v' = -gca*open*(v - vca) - gk*n*(v - vk) - gl*(v - vl) + curr
    n' = (rest - n)/tau

    sample { period: 13.664, transient: 140 }
}

/// The squid's giant axon: sodium, potassium and leak currents through gates that follow the
/// voltage. It fires in even time at this current.
ode HodgkinHuxley {
    meta {
        field: "neuroscience"
        cite: "Hodgkin & Huxley (1952), J. Physiol. 117, 500-544; form and values of Ermentrout & Terman (2010), Mathematical Foundations of Neuroscience"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
    }
    /// Current put in; potentials and conductances of sodium, potassium and leak
    param curr = 12, vna = 50, vk = -77, vl = -54.4, gna = 120, gk = 36, gl = 0.3
    state v = -60, n = 0, m = 0, h = 0

    let an = 0.01*(v + 55)/(1 - exp(-(v + 55)/10)), bn = 0.125*exp(-(v + 65)/80)
    let am = 0.1*(v + 40)/(1 - exp(-(v + 40)/10)), bm = 4*exp(-(v + 65)/18)
    let ah = 0.07*exp(-(v + 65)/20), bh = logistic((v + 35)/10)
    v' = curr - gk*n^4*(v - vk) - gna*m^3*h*(v - vna) - gl*(v - vl)
    n' = an*(1 - n) - bn*n
    m' = am*(1 - m) - bm*m
    h' = ah*(1 - h) - bh*h

    sample { period: 13.716, transient: 140 }
}

/// A nerve cell that bursts: spikes ride on a slow current, and at this input the number of
/// spikes in a burst is irregular.
ode HindmarshRoseBursting {
    meta {
        field: "neuroscience"
        cite: "Hindmarsh & Rose (1984), Proc. R. Soc. Lond. B 221, 87-102, doi:10.1098/rspb.1984.0024"
        checked: ["PredefinedDynamicalSystems.jl", "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-1 for the values"]
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 1, b = 3, c = 1, d = 5, r = 0.006, s = 4, xr = -1.6
    /// Current put in
    param curr = 3.25
    state x = -1, y = 0, z = 3

    x' = y - a*x^3 + b*x^2 - z + curr
    y' = c - d*x^2 - y
    z' = r*(s*(x - xr) - z)

    sample { period: 117.25, transient: 1200 }
}

/// Predators and prey that go around for ever, on the cycle they start on.
ode LotkaVolterra {
    meta {
        field: "ecology"
        cite: "Lotka (1920), Proc. Natl. Acad. Sci. U.S.A. 6, 410-415, doi:10.1073/pnas.6.7.410"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "conservative", "polynomial", "not_chaotic"]
    }
    param alpha = 1.1, beta = 0.4, delta = 0.1, gamma = 0.4
    state x = 4, y = 1.5

    x' = alpha*x - beta*x*y
    y' = delta*x*y - gamma*y

    invariant cycle = delta*x - gamma*log(x) + beta*y - alpha*log(y)

    sample { period: 9.9256, transient: 99 }
}

/// Four species that compete for the same means: a strange attractor in the plainest model of
/// competition.
ode CompetitiveLotkaVolterra {
    meta {
        field: "ecology"
        cite: "Vano, Wildenberg, Anderson, Noel & Sprott (2006), Nonlinearity 19, 2391-2404, doi:10.1088/0951-7715/19/10/006"
        checked: "slides of J. C. Sprott and the article's abstract"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    index i, j in 0..4
    param r[i] = [1, 0.72, 1.53, 1.27]
    param a[i, j] = [1, 1.09, 1.52, 0;  0, 1, 0.44, 1.36;  2.33, 0, 1, 0.47;  1.21, 0.51, 0.35, 1]
    state x[i] = [0.3013, 0.4586, 0.1307, 0.3557]

    x[i]' = r[i]*x[i]*(1 - sum(j)(a[i, j]*x[j]))

    sample { period: 37.102, transient: 370 }
}

/// Five species that compete for three resources, each limited by the scarcest: the survivors
/// depend finely on the start.
ode SpeciesCompetition {
    meta {
        field: "ecology"
        cite: "Huisman & Weissing (2001), Am. Nat. 157, doi:10.1086/319929"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "piecewise", "rational", "not_chaotic", "transient_chaos", "twin"]
        same_form_as: "MacArthur"
    }
    index i in 0..5
    index j in 0..3
    /// Content of resource j in species i, and its half saturation
    param c[j, i] = [0.2, 0.1, 0.1, 0.1, 0.1;  0.1, 0.2, 0.1, 0.1, 0.2;  0.1, 0.1, 0.2, 0.2, 0.1]
    param k[j, i] = [
        0.20, 0.05, 1.00, 0.05, 1.20;
        0.25, 0.10, 0.05, 1.00, 0.40;
        0.15, 0.95, 0.35, 0.10, 0.05
    ]
    /// Turnover, mortality, greatest growth, supply
    param d = 0.25, m = 0.25, r = 1, s = 10
    state n[i] = 0.1, R[j] = 10

    let growth[i] = r*min(j)(R[j]/(k[j, i] + R[j]))
    n[i]' = n[i]*(growth[i] - m)
    R[j]' = d*(s - R[j]) - sum(i)(c[j, i]*growth[i]*n[i])

    sample { period: 16.183, transient: 160 }
}

// ---- Feedback and simple flows ------------------------------------------------------------------

/// The flow of `Thomas` without damping: a walk without end through a labyrinth that preserves
/// volume.
ode Labyrinth {
    meta {
        field: "mathematics"
        cite: ["Thomas (1999), Int. J. Bifurc. Chaos 9, 1889-1905, doi:10.1142/s0218127499001383", "Sprott & Chlouverakis (2007), Int. J. Bifurcation Chaos 17, 2097-2108"]
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "conservative", "transcendental", "twin"]
        same_form_as: "Thomas"
    }
    param a = 0, b = 1
    state x = 1 wrap [-pi, pi), y = 0 wrap [-pi, pi), z = 0 wrap [-pi, pi)

    x' = -a*x + b*sin(y)
    y' = -a*y + b*sin(z)
    z' = -a*z + b*sin(x)

    output sin_x = sin(x), sin_y = sin(y), sin_z = sin(z)

    sample { period: 8, transient: 80 }
}

/// Quadratic flow that is conservative from some starts, on a torus, and dissipative from others,
/// on a strange attractor; the latter from here.
ode SprottDissipativeConservative {
    meta {
        field: "mathematics"
        cite: "Sprott (2014), Phys. Lett. A 378"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2, b = 1, c = 1
    state x = 2, y = 0, z = 0

    x' = y + a*x*y + x*z
    y' = 1 - 2*x^2 + b*y*z
    z' = c*x - x^2 - y^2

    sample { period: 27.076, transient: 270 }
}

// ---- Driven oscillators and circuits ------------------------------------------------------------

/// Van der Pol's oscillator with the push on its first variable: Shaw's form, in which the drive
/// sets off chaos.
ode ShawVanDerPol {
    meta {
        field: "electronics"
        cite: "Shaw (1981), Z. Naturforsch. A 36, 80-112, doi:10.1515/zna-1981-0115 (form and values unverified)"
        tags: ["forced", "dissipative", "transcendental"]
    }
    param b = 1, omega = 2
    state x = 1.3, y = 0, z = 0 wrap [-pi, pi)

    x' = y + sin(z)
    y' = -x + b*(1 - x^2)*y
    z' = omega

    output x = x, y = y, sin_z = sin(z)

    sample { period: 3.1416, transient: 31 }
}

/// A hardening spring with van der Pol's friction, driven.
ode DuffingVanDerPol {
    meta {
        field: "mechanics"
        cite: "Ueda (1992), The Road to Chaos, Aerial Press (unverified)"
        tags: ["forced", "dissipative", "transcendental"]
    }
    param mu = 0.2, gamma = 8, a = 0.35, omega = 1.02
    state x = 0.2, y = -0.2, z = 0 wrap [-pi, pi)

    x' = y
    y' = mu*(1 - gamma*x^2)*y - x^3 + a*sin(z)
    z' = omega

    output x = x, y = y, sin_z = sin(z)

    sample { period: 6.16, transient: 62 }
}

/// A hardening spring with Rayleigh's friction, driven.
ode RayleighDuffing {
    meta {
        field: "mechanics"
        cite: "Hayashi, Ueda & Kawakami (1970), Int. J. Non-Linear Mech. 5 (unverified)"
        tags: ["forced", "dissipative", "transcendental"]
    }
    param mu = 0.2, gamma = 4, a = 0.3, omega = 1.1
    state x = 0.3, y = 0, z = 0 wrap [-pi, pi)

    x' = y
    y' = mu*(1 - gamma*y^2)*y - x^3 + a*sin(z)
    z' = omega

    output x = x, y = y, sin_z = sin(z)

    sample { period: 5.712, transient: 57 }
}

/// A driven coil and capacitor with Chua's resistor: the simplest circuit of its kind.
ode MuraliLakshmananChua {
    meta {
        field: "electronics"
        cite: "Murali, Lakshmanan & Chua (1994), IEEE Trans. Circuits Syst. I 41, 462-463 (unverified)"
        tags: ["forced", "dissipative", "piecewise"]
    }
    /// Damping, slopes of the resistor, strength and frequency of the drive
    param beta = 1, nu = 0.015, a = -1.02, b = -0.55, f = 0.15, omega = 0.75
    state x = 0.1, y = 0.1, z = 0 wrap [-pi, pi)

    x' = y - chua_ramp(x, a, b)
    y' = -beta*(1 + nu)*y - beta*x + f*sin(z)
    z' = omega

    output x = x, y = y, sin_z = sin(z)

    sample { period: 8.3776, transient: 84 }
}

/// Chua's circuit with a cubic for its resistor.
ode ChuaCubic {
    meta {
        field: "electronics"
        cite: "after Matsumoto (1984), IEEE Trans. Circuits Syst. 31, 1055-1058, doi:10.1109/tcs.1984.1085459"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-1"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param alpha = 10, beta = 16, c = -0.143
    state x = 0.1, y = 0.1, z = 0.1

    x' = alpha*(y - x^3 - c*x)
    y' = x - y + z
    z' = -beta*y

    sample { period: 2.221, transient: 22 }
}

/// Chua's circuit with a stretch of a sine for its resistor: a row of eight scrolls.
ode ChuaSine {
    meta {
        field: "electronics"
        cite: "Tang, Man, Zhong & Chen (2001), IEEE Trans. Circuits Syst. I 48, 1369-1372 (unverified)"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-1, without the straight ends"
        tags: ["autonomous", "dissipative", "transcendental", "piecewise"]
    }
    param alpha = 10.82, beta = 14.286
    /// Half a wave, its height, half waves on either side of 0
    param a = 1.3, b = 0.11, c = 7
    state x = 0.1, y = 0.1, z = 0.1

    let end = 2*a*c
    let f =
        if x >= end then b*pi/(2*a)*(x - end)
        elif x > -end then -b*sin(pi*x/(2*a))
        else b*pi/(2*a)*(x + end)
    x' = alpha*(y - f)
    y' = x - y + z
    z' = -beta*y

    sample { period: 2.9792, transient: 30 }
}

/// A coil, a capacitor and a memristor in series: the fewest parts of a circuit with chaos.
ode MuthuswamyChua {
    meta {
        field: "electronics"
        cite: "Muthuswamy & Chua (2010), Simplest Chaotic Circuit, Int. J. Bifurcation Chaos 20, 1567-1580 (unverified)"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-1"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param alpha = 0.6
    state x = 0.1, y = 0, z = 0.1

    x' = y
    y' = -x/3 + y/2 - y*z^2/2
    z' = y - alpha*z - y*z

    sample { period: 11.722, transient: 120 }
}

// ---- Cells, epidemics, ecology ------------------------------------------------------------------

/// Cells that excite and cells that inhibit, as shares of all that fire: a rhythm.
ode WilsonCowan {
    meta {
        field: "neuroscience"
        cite: "Wilson & Cowan (1972), Biophys. J. 12, 1-24 (values unverified)"
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
    }
    /// Synapses, slopes and thresholds of the two kinds, current put in
    param c1 = 16, c2 = 12, c3 = 15, c4 = 3, ae = 1.3, ai = 2, te = 4, ti = 3.7, p = 1.25
    state e = 0.1, i = 0.05

    let drive_e = logistic(ae*(c1*e - c2*i + p - te)) - logistic(-ae*te)
    let drive_i = logistic(ai*(c3*e - c4*i - ti)) - logistic(-ai*ti)
    e' = -e + (1 - e)*drive_e
    i' = -i + (1 - i)*drive_i

    sample { period: 5.0035, transient: 50 }
}

/// A column of the cortex: pyramidal cells between one loop that excites and one that inhibits.
/// It swings as the alpha rhythm does at this input.
ode JansenRit {
    meta {
        field: "neuroscience"
        cite: "Jansen & Rit (1995), Biol. Cybern. 73, 357-366 (values unverified)"
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
    }
    /// Heights and rates of the synapses, number of contacts, input
    param A = 3.25, B = 22, a = 100, b = 50, c = 135, p = 200
    /// Greatest rate of firing is 2 e0; slope; potential of half that rate
    param e0 = 2.5, r = 0.56, v0 = 6
    state y0 = 0.1, y1 = 20, y2 = 15, y3 = 0, y4 = 0, y5 = 0

    y0' = y3
    y1' = y4
    y2' = y5
    y3' = A*a*2*e0*logistic(r*(y1 - y2 - v0)) - 2*a*y3 - a^2*y0
    y4' = A*a*(p + 0.8*c*2*e0*logistic(r*(c*y0 - v0))) - 2*a*y4 - a^2*y1
    y5' = B*b*0.25*c*2*e0*logistic(r*(0.25*c*y0 - v0)) - 2*b*y5 - b^2*y2

    output signal = y1 - y2

    sample { period: 0.092053, transient: 0.92 }
}

/// Three genes, each of which blocks the next around a ring: messengers and proteins go up and
/// down in turn.
ode Repressilator {
    meta {
        field: "cell biology"
        cite: "Elowitz & Leibler (2000), Nature 403, 335-338 (values unverified)"
        tags: ["autonomous", "dissipative", "rational", "not_chaotic"]
    }
    structural param genes = 3 in [3, 63]
    index i in 0..genes cyclic
    /// Making of messenger, its leak, life of messenger over protein, cooperation
    param alpha = 216, alpha0 = 0.216, beta = 0.2, n = 2
    state m[i] = i + 1, p[i] = 2*i + 1

    m[i]' = -m[i] + alpha/(1 + p[i-1]^n) + alpha0
    p[i]' = -beta*(p[i] - m[i])

    sample { period: 43.44, transient: 430 }
}

/// Measles in the school year: contacts go up and down with the season, and epidemics come in an
/// irregular rhythm. Shares of the population; time in years.
ode MeaslesSEIR {
    meta {
        field: "medicine"
        cite: "Olsen & Schaffer (1990), Science 249, 499-504 (values unverified)"
        tags: ["forced", "dissipative", "transcendental"]
    }
    /// Births, end of incubation, recovery, mean contacts and their swing
    param m = 0.02, a = 35.84, g = 100, b0 = 1800, b1 = 0.28
    state S = 0.0579, E = 0.001, I = 0.0002, z = 0 wrap [-pi, pi)

    let infected = b0*(1 + b1*cos(z))*S*I
    S' = m*(1 - S) - infected
    E' = infected - (m + a)*E
    I' = a*E - (m + g)*I
    z' = 2*pi

    output log_S = log(S), log_E = log(E), log_I = log(I), sin_z = sin(z)

    sample { period: 1, transient: 100 }
}

/// Prey with limited food and predators that can eat only so fast: too much food sets off a
/// cycle.
ode RosenzweigMacArthur {
    meta {
        field: "ecology"
        cite: "Rosenzweig & MacArthur (1963), Am. Nat. 97, 209-223 (pages unverified)"
        checked: "osmond-lab.github.io/eeb314, tutorial 8, for the form; values ours"
        tags: ["autonomous", "dissipative", "rational", "not_chaotic"]
    }
    param r = 1, k = 4, a = 1, b = 0.5, c = 0.5, d = 0.3
    state N = 1, P = 1

    let eaten = a*N*P/(1 + b*N)
    N' = r*N*(1 - N/k) - eaten
    P' = c*eaten - d*P

    sample { period: 16.258, transient: 160 }
}

/// One prey, and two predators of which one is the keener the more prey there are. A torus from
/// here.
ode LotkaVolterraTorus {
    meta {
        field: "ecology"
        cite: "Samardzija & Greller (1988), Bull. Math. Biol. 50, 465-491 (unverified)"
        checked: "attractors 2.0.1 (PyPI), which cites Costello (1999), The Nonlinear Journal 1, 11-17"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
    }
    param a = 2.9851, b = 3, c = 2
    state x = 1, y = 1, z = 1

    x' = x - x*y + c*x^2 - a*z*x^2
    y' = -y + x*y
    z' = -b*z + a*z*x^2

    sample { period: 1.7708, transient: 18 }
}

// ---- Quadratic and other simple flows -----------------------------------------------------------

/// The simplest jerk with mirror symmetry: one cubic term, and chaos in a narrow window.
ode MalasomaJerk {
    meta {
        field: "mathematics"
        cite: "Malasoma (2000), What is the simplest dissipative chaotic jerk equation which is parity invariant?, Phys. Lett. A 264, 383-389"
        checked: "atomosyd.net (C. Letellier), article 32"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param alpha = 2.027717
    state x = 0, y = 0.96, z = 0

    x' = y
    y' = z
    z' = -alpha*z + x*y^2 - x

    sample { period: 15.529, transient: 160 }
}

/// The simplest jerk of straight pieces: its one bend is an absolute value.
ode LinzSprott {
    meta {
        field: "mathematics"
        cite: "Linz & Sprott (1999), Elementary chaotic flow, Phys. Lett. A 259, 240-245 (unverified)"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    param a = 0.6
    state x = 0, y = -0.7, z = 0

    x' = y
    y' = z
    z' = -a*z - y + abs(x) - 1

    sample { period: 6.4957, transient: 65 }
}

/// Rossler's fourth prototype: a single square, and a screw instead of a band.
ode RosslerPrototype4 {
    meta {
        field: "mathematics"
        cite: "Rössler (1979), Ann. N.Y. Acad. Sci. 316, 376-392 (values unverified)"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 0.5, b = 0.5
    state x = 0.4, y = 0.6, z = 0.1

    x' = -y - z
    y' = x
    z' = a*(y - y^2) - b*z

    sample { period: 6.5663, transient: 66 }
}

/// A Lorenz-like flow with a cubic term that drives the second variable.
ode ArneodoCoulletTresser {
    meta {
        field: "mathematics"
        cite: "Arneodo, Coullet & Tresser (1981), Commun. Math. Phys. 79, 573-579 (unverified)"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-1"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param alpha = 1.8, beta = -0.07, delta = 1.5, c = 0.02
    state x = 0.5, y = 0, z = 0

    x' = alpha*(x - y)
    y' = -4*alpha*y + x*z + c*x^3
    z' = -delta*alpha*z + x*y + beta*z^2

    sample { period: 2.3463, transient: 23 }
}

/// Lorenz's flow without the damping of its second variable.
ode Tigan {
    meta {
        field: "mathematics"
        cite: "Tigan & Opriş (2008), Chaos Solitons Fractals 36, 1315-1319 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 2.1, b = 0.6, c = 30
    state x = 0.1, y = -0.3, z = 0.2

    x' = a*(y - x)
    y' = (c - a)*x - a*x*z
    z' = -b*z + x*y

    sample { period: 1.4151, transient: 14 }
}

/// A Lorenz-like flow that is driven by a square.
ode LiuLiu {
    meta {
        field: "mathematics"
        cite: "Liu, Liu, Liu & Liu (2004), Chaos Solitons Fractals 22, 1031-1038 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 10, b = 40, c = 2.5, h = 4, k = 1
    state x = 2.2, y = 2.4, z = 28

    x' = a*(y - x)
    y' = b*x - k*x*z
    z' = -c*z + h*x^2

    sample { period: 0.92536, transient: 9.3 }
}

/// A Lorenz-like flow with a constant pull, from work on random numbers.
ode SambasBenkouiderKacar {
    meta {
        field: "mathematics"
        cite: "Sambas, Benkouider, Kaçar, Ceylan, Vaidyanathan, Sulaiman, Mohamed, Ayob & Muni (2024), SN Computer Science 5(4), doi:10.1007/s42979-024-02766-9"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-2"
        tags: ["autonomous", "dissipative", "polynomial"]
    }
    param a = 20, b = 50, c = 10
    state x = 1, y = 1, z = 10

    x' = a*(y - x) + y*z
    y' = x*(b - z) - 1
    z' = x^2 + x*z - c*z

    sample { period: 0.03747, transient: 0.37 }
}

/// A flow without a linear term: a logarithm, and two products.
ode XuWang {
    meta {
        field: "mathematics"
        cite: "Xu & Wang (2014), Optik 125, 2526-2530, doi:10.1016/j.ijleo.2013.10.123"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-2"
        tags: ["autonomous", "dissipative", "transcendental"]
    }
    param a = 0.1, b = 0.25
    state x = 0.1, y = 0.1, z = 0.1

    x' = log(a + exp(y - x))
    y' = x*z
    z' = b - x*y

    sample { period: 7.7917, transient: 78 }
}

/// A square and a switch, for a circuit of few parts.
ode ZhouWangWu {
    meta {
        field: "electronics"
        cite: "Zhou, Wang, Wu, Zheng & Weng (2015), Optik 126, 765-768, doi:10.1016/j.ijleo.2015.02.029"
        checked: "github.com/whydenyscry/Dynamics-of-Chaotic-Attractors-Part-2"
        tags: ["autonomous", "dissipative", "piecewise"]
    }
    param a = 14, b = 3, c = 1
    state x = 0.1, y = 0.1, z = 0.1

    x' = a*y
    y' = -z*sign(x) - c*y
    z' = b*x^2 - 1

    sample { period: 0.80631, transient: 8.1 }
}

/// A jerk of the jerk with a single nonlinear term: the plainest flow with two positive exponents
/// in one variable.
ode HyperJerk {
    meta {
        field: "mathematics"
        cite: "Chlouverakis & Sprott (2006), Chaos Solitons Fractals 28, 739-746 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 3.6
    state x = 0.1, y = 0.1, z = 0.1, w = 0.1

    x' = y
    y' = z
    z' = w
    w' = -x^4*w - a*z - y - x

    sample { period: 3.6733, transient: 37 }
}

/// Chen's flow with a fourth variable fed back: two positive exponents.
ode HyperChen {
    meta {
        field: "control theory"
        cite: "Li, Tang & Chen (2005), Int. J. Circuit Theory Appl. 33, 235-251 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 35, b = 3, c = 12, d = 7, r = 0.5
    state x = 3, y = 4, z = 15, w = 10

    x' = a*(y - x) + w
    y' = d*x - x*z + c*y
    z' = x*y - b*z
    w' = y*z + r*w

    sample { period: 0.54566, transient: 5.5 }
}

/// Waves just past the onset of a swing, which spread and twist: turbulence of the phase and of
/// the defects. On a ring as short as this one it dies out. Differences of second order; `a` and
/// `b` are the real and imaginary part.
ode ComplexGinzburgLandau {
    meta {
        field: "fluid dynamics"
        cite: "Aranson & Kramer (2002), Rev. Mod. Phys. 74, 99-143 (unverified)"
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "transient_chaos"]
    }
    structural param N = 16 in [8, 1024]
    /// Length of the ring, dispersion, twist
    param L = 16, c1 = 2, c2 = -2
    index i in 0..N cyclic
    state a[i] = cos(2*pi*i/N) + 0.1*cos(6*pi*i/N), b[i] = 0.3*sin(4*pi*i/N)

    let h = L/N
    let da[i] = (a[i+1] - 2*a[i] + a[i-1])/h^2, db[i] = (b[i+1] - 2*b[i] + b[i-1])/h^2
    let rr[i] = a[i]^2 + b[i]^2
    a[i]' = a[i] + da[i] - c1*db[i] - rr[i]*(a[i] - c2*b[i])
    b[i]' = b[i] + db[i] + c1*da[i] - rr[i]*(b[i] + c2*a[i])

    sample { period: 5.2621, transient: 53 }
}

// ---- Energies and their motion ------------------------------------------------------------------

/// Two modes of a gauge field that are even in space: a quartic well with four channels along the
/// axes, which a mass, as Higgs's field gives it, closes far out. Next to no islands.
ode YangMills {
    meta {
        field: "physics"
        cite: "Matinyan, Savvidy & Ter-Arutyunyan-Savvidy (1981), Sov. Phys. JETP 53, 421-425 (unverified)"
        tags: ["autonomous", "conservative", "polynomial"]
    }
    /// Square of the mass
    param v = 0.1
    state x = 0.4, y = 0.7, px = 0.9, py = 0.2

    hamiltonian (x, px), (y, py): (px^2 + py^2)/2 + v*(x^2 + y^2)/2 + x^2*y^2/2

    sample { period: 7, transient: 70 }
}

/// Two oscillators and a cubic coupling with one saddle on either side, as used for galaxies and
/// molecules.
ode Barbanis {
    meta {
        field: "astronomy"
        cite: "Barbanis (1966), Astron. J. 71, 415-424 (values unverified)"
        tags: ["autonomous", "conservative", "polynomial"]
    }
    param wx = 1, wy = 1.1, lam = 1
    state x = 0, y = 0.05, px = 0.5, py = 0.28

    hamiltonian (x, px), (y, py):
        (px^2 + py^2)/2 + (wx^2*x^2 + wy^2*y^2)/2 - lam*x*y^2

    sample { period: 6.2362, transient: 62 }
}

/// A weight on a spring that may swing: the spring's bounce and the swing trade energy.
ode SpringPendulum {
    meta {
        field: "mechanics"
        cite: "Vitt & Gorelik (1933), Zh. Tekh. Fiz. 3, 294-307 (unverified)"
        tags: ["autonomous", "conservative", "rational"]
    }
    /// Gravity, stiffness, length of the spring at rest
    param g = 1, k = 6, l = 1
    state x = 0.3, y = 1.1, px = 0.3, py = 0

    hamiltonian (x, px), (y, py): (px^2 + py^2)/2 + k*(sqrt(x^2 + y^2) - l)^2/2 + g*y

    sample { period: 4.3834, transient: 44 }
}

/// A hydrogen atom's electron in a strong magnetic field, in coordinates in which the nucleus is
/// no longer singular; `eps` is the scaled energy.
ode DiamagneticKepler {
    meta {
        field: "physics"
        cite: "Friedrich & Wintgen (1989), Phys. Rep. 183, 37-79 (unverified)"
        tags: ["autonomous", "conservative", "polynomial"]
    }
    param eps = -0.1
    // On the level at which the energy in these coordinates is 2.
    state u = 0.7, v = 0.9, pu = 1.2, pv = 1.4734

    hamiltonian (u, pu), (v, pv): (pu^2 + pv^2)/2 - eps*(u^2 + v^2) + u^2*v^2*(u^2 + v^2)/8

    sample { period: 5.141, transient: 51 }
}

/// A small body near the Earth and the Moon, in coordinates that turn with them. From here it
/// swings around a corner of the triangle that the three form.
ode RestrictedThreeBody {
    meta {
        field: "celestial mechanics"
        cite: "Szebehely (1967), Theory of Orbits, Academic Press (unverified)"
        tags: ["autonomous", "conservative", "rational", "not_chaotic"]
    }
    /// Share of the mass that is the Moon's
    param mu = 0.01215
    state x = 0.5, y = 0.86, px = -0.86, py = 0.49

    let r1 = sqrt((x + mu)^2 + y^2), r2 = sqrt((x - 1 + mu)^2 + y^2)
    hamiltonian (x, px), (y, py): (px^2 + py^2)/2 + y*px - x*py - (1 - mu)/r1 - mu/r2

    sample { period: 6.5831, transient: 66 }
}

/// Three equal bodies that chase each other along one figure of eight.
ode FigureEight {
    meta {
        field: "celestial mechanics"
        cite: "Chenciner & Montgomery (2000), Ann. Math. 152, 881-901; start by C. Simó (unverified)"
        tags: ["autonomous", "conservative", "rational", "not_chaotic"]
    }
    index i, j in 0..3
    param m[i] = 1
    state x[i] = [0.97000436, -0.97000436, 0], y[i] = [-0.24308753, 0.24308753, 0]
    state vx[i] = [0.466203685, 0.466203685, -0.93240737]
    state vy[i] = [0.43236573, 0.43236573, -0.86473146]

    x[i]' = vx[i]
    y[i]' = vy[i]
    vx[i]' = sum(j != i)(m[j]*(x[j] - x[i])/((x[j] - x[i])^2 + (y[j] - y[i])^2)^(3/2))
    vy[i]' = sum(j != i)(m[j]*(y[j] - y[i])/((x[j] - x[i])^2 + (y[j] - y[i])^2)^(3/2))

    let pull[i] = sum(j != i)(m[j]/sqrt((x[j] - x[i])^2 + (y[j] - y[i])^2))
    invariant energy = sum(i)(m[i]*(vx[i]^2 + vy[i]^2 - pull[i]))/2
    invariant spin = sum(i)(m[i]*(x[i]*vy[i] - y[i]*vx[i]))

    sample { period: 3.1629, transient: 32 }
}

/// Whirls in an ideal fluid, each carried by the others: four are enough for chaos.
ode PointVortices {
    meta {
        field: "fluid dynamics"
        cite: "Aref & Pomphrey (1982), Proc. R. Soc. Lond. A 380, 359-387 (unverified)"
        tags: ["autonomous", "conservative", "rational"]
    }
    index i, j in 0..4
    /// Circulations
    param gamma[i] = 2*pi
    state x[i] = [1, -0.9, 0.4, -0.3], y[i] = [0.3, -0.1, 0.5, -0.6]

    x[i]' = sum(j != i)(-gamma[j]/(2*pi)*(y[i] - y[j])/((x[i] - x[j])^2 + (y[i] - y[j])^2))
    y[i]' = sum(j != i)(gamma[j]/(2*pi)*(x[i] - x[j])/((x[i] - x[j])^2 + (y[i] - y[j])^2))

    let near[i] = sum(j != i)(gamma[j]*log((x[i] - x[j])^2 + (y[i] - y[j])^2))
    invariant energy = sum(i)(gamma[i]*near[i])/(8*pi)
    invariant impulse = sum(i)(gamma[i]*x[i])
    invariant spread = sum(i)(gamma[i]*(x[i]^2 + y[i]^2))

    sample { period: 2.9558, transient: 30 }
}

// ---- Noise --------------------------------------------------------------------------------------

/// A speck in a fluid, drawn back to its place: noise that forgets.
sde OrnsteinUhlenbeck {
    meta {
        field: "physics"
        cite: "Uhlenbeck & Ornstein (1930), Phys. Rev. 36, 823-841, doi:10.1103/physrev.36.823"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "noise", "linear"]
    }
    param theta = 1, mu = 0, sigma = 0.3
    state x = 2

    x' = theta*(mu - x) + sigma*noise(w)

    sample { period: 6.28, transient: 10 }
}

/// A particle in two wells that hops between them at random, at Kramers' rate.
sde DoubleWell {
    meta {
        field: "physics"
        cite: "Kramers (1940), Physica 7, 284-304, doi:10.1016/s0031-8914(40)90098-2"
        checked: "tsdynamics 6.1.1"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param a = 1, b = 1, sigma = 0.5
    state x = -1

    x' = a*x - b*x^3 + sigma*noise(w)

    sample { period: 10, transient: 10 }
}

/// The Lorenz flow with noise on all three variables.
sde LorenzNoisy {
    meta {
        field: "fluid dynamics"
        cite: "after Lorenz (1963), J. Atmos. Sci. 20, 130-141, doi:10.1175/1520-0469(1963)020<0130:dnf>2.0.co;2; noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param sigma = 10, rho = 28, beta = 8/3, d = 1
    state x = -9.7869288, y = -15.03852, z = 20.533978

    x' = sigma*(y - x) + d*noise(w1)
    y' = rho*x - x*z - y + d*noise(w2)
    z' = x*y - beta*z + d*noise(w3)

    sample { period: 1.5008, transient: 15 }
}

/// A damped particle with a cubic spring and two wells, shaken at random.
sde DuffingNoisy {
    meta {
        field: "mechanics"
        cite: "after Duffing (1918), Erzwungene Schwingungen bei veränderlicher Eigenfrequenz, Vieweg; noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param gamma = 0.1, d = 0.05
    state x = 1, v = 0

    x' = v
    v' = x - x^3 - gamma*v + sqrt(2*d)*noise(w)

    sample { period: 4.4, transient: 44 }
}

/// Van der Pol's oscillator with noise on its velocity: a clock that jitters.
sde VanDerPolNoisy {
    meta {
        field: "electronics"
        cite: "after van der Pol (1926), Philos. Mag. 2, 978-992, doi:10.1080/14786442608564127; noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param mu = 1, d = 0.1
    state x = 1.971011, y = -0.316765

    x' = y
    y' = mu*(1 - x^2)*y - x + sqrt(2*d)*noise(w)

    sample { period: 6.66, transient: 67 }
}

/// A nerve cell at rest, from which noise draws spikes now and then.
sde FitzHughNagumoNoisy {
    meta {
        field: "neuroscience"
        cite: "after FitzHugh (1961), Biophys. J. 1, 445-466, doi:10.1016/s0006-3495(61)86902-6; noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param a = 0.7, b = 0.8, curr = 0.25, gamma = 0.08, d = 0.004
    state v = -1, w = -0.4

    v' = v - v^3/3 - w + curr + sqrt(2*d)*noise(input)
    w' = gamma*(v + a - b*w)

    sample { period: 40, transient: 400 }
}

/// An autocatalytic reaction just short of its limit cycle, kept swinging by noise.
sde BrusselatorNoisy {
    meta {
        field: "chemistry"
        cite: "after Prigogine & Lefever (1968), J. Chem. Phys. 48, 1695-1700, doi:10.1063/1.1668896; noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param a = 1, b = 1.9, d = 0.02
    state x = 1.2, y = 1.7

    x' = a - (b + 1)*x + x^2*y + d*x*noise(w1)
    y' = b*x - x^2*y + d*y*noise(w2)

    sample { period: 6.3, transient: 63 }
}

/// The normal form of a Hopf bifurcation with noise on both variables.
sde StuartLandauNoisy {
    meta {
        field: "fluid dynamics"
        cite: "after Stuart (1960), J. Fluid Mech. 9, 353-370, doi:10.1017/s002211206000116x; noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    param mu = 1, omega = 1, b = 0.5, d = 0.05
    state x = 1, y = 0

    let rr = x^2 + y^2
    x' = mu*x - omega*y - rr*(x - b*y) + sqrt(2*d)*noise(w1)
    y' = omega*x + mu*y - rr*(y + b*x) + sqrt(2*d)*noise(w2)

    sample { period: 12.565, transient: 130 }
}

/// Prey with limited food, and predators, in weather that comes and goes.
sde LotkaVolterraNoisy {
    meta {
        field: "ecology"
        cite: "after Lotka (1920), Proc. Natl. Acad. Sci. U.S.A. 6, 410-415, doi:10.1073/pnas.6.7.410; limit and noise ours"
        tags: ["autonomous", "noise", "polynomial"]
    }
    /// Growth, hunt, capacity; what a predator makes of prey, deaths; strength of the weather
    param alpha = 1.1, beta = 0.4, k = 40, delta = 0.1, gamma = 0.4, d = 0.1
    state x = 4, y = 1.5

    x' = alpha*x*(1 - x/k) - beta*x*y + d*x*noise(w1)
    y' = delta*x*y - gamma*y + d*y*noise(w2)

    sample { period: 9.9, transient: 99 }
}

// ---- Maps of the line ---------------------------------------------------------------------------

/// A parabola that covers the interval twice: the logistic map at its fullest, in other
/// coordinates.
map Ulam {
    meta {
        field: "mathematics"
        cite: "Ulam & von Neumann (1947), Bull. Amer. Math. Soc. 53, 1120"
        checked: "tsdynamics 6.1.1"
        tags: ["polynomial"]
    }
    param a = 1, b = 2
    state x = 0.3

    next x = a - b*x^2

    sample { transient: 100 }
}

/// Multiply, and keep what stands behind the point. A golden factor, where a factor of two would
/// run out of binary digits.
map BetaTransformation {
    meta {
        field: "mathematics"
        cite: "Rényi (1957), Acta Math. Acad. Sci. Hung. 8, 477-493 (unverified)"
        checked: "PredefinedDynamicalSystems.jl, there with a factor of 2"
        tags: ["piecewise"]
    }
    param beta = (1 + sqrt(5))/2 in (1, 2)
    state x = 0.25

    next x = mod(beta*x, 1)

    sample { transient: 100 }
}

/// The rest of one over x: the map behind continued fractions.
map GaussFraction {
    meta {
        field: "mathematics"
        cite: "Gauss; textbook system (unverified)"
        tags: ["piecewise"]
    }
    state x = 0.3141592653589793

    next x = mod(1/x, 1)

    sample { transient: 100 }
}

/// A cusp in place of the parabola's top.
map Cusp {
    meta {
        field: "mathematics"
        cite: "Beck & Schlögl (1995), Thermodynamics of Chaotic Systems, Cambridge University Press (unverified)"
        tags: ["piecewise"]
    }
    param a = 2
    state x = 0.5

    next x = 1 - a*sqrt(abs(x))

    sample { transient: 100 }
}

/// An arch of the sine in place of the parabola: the same cascade of doublings.
map SineMap {
    meta {
        field: "mathematics"
        cite: "Strogatz (1994), Nonlinear Dynamics and Chaos (unverified)"
        tags: ["transcendental"]
    }
    param r = 0.95 in [0.87, 1]
    state x = 0.51

    next x = r*sin(pi*x)

    sample { transient: 100 }
}

/// An odd cubic with two humps, whose halves merge as it steepens.
map CubicMap {
    meta {
        field: "mathematics"
        cite: "Rogers & Whitley (1983), Math. Modelling 4, 9-25 (unverified)"
        tags: ["polynomial"]
    }
    param a = 2.8 in [2.4, 3]
    state x = 0.3

    next x = a*x*(1 - x^2)

    sample { transient: 100 }
}

/// Numbers of insects with crowding: a power in place of Ricker's exponential.
map Hassell {
    meta {
        field: "ecology"
        cite: "Hassell (1975), J. Anim. Ecol. 44, 283-295 (unverified)"
        tags: ["rational"]
    }
    /// Growth, crowding and its power
    param lambda = 60, a = 1, b = 8
    state x = 0.5

    next x = lambda*x/(1 + a*x)^b

    sample { transient: 100 }
}

/// Slow drift away from a point that is barely unstable, and bursts: so slow here that the mean
/// time between bursts has no bound and the exponent tends to nought.
map PomeauManneville {
    meta {
        field: "mathematics"
        cite: ["Pomeau & Manneville (1980), Commun. Math. Phys. 74", "Meyer et al. (2019), New J. Phys. 20"]
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["piecewise", "intermittent", "not_chaotic"]
    }
    param z = 2.5
    state x = 0.2

    next x =
        if x < -1/2 then -4*x - 3
        elif x <= 1/2 then x*(1 + abs(2*x)^(z - 1))
        else -4*x + 3

    sample { transient: 100 }
}

/// Intermittency in its plainest form: a parabola that starts next to the diagonal, wrapped.
map Manneville {
    meta {
        field: "mathematics"
        cite: "Manneville (1980), J. Phys. (Paris) 41, 1235-1243, doi:10.1051/jphys:0198000410110123500"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["piecewise"]
    }
    param eps = 0.1
    state x = 0.4

    next x = mod((1 + eps)*x + (1 - eps)*x^2, 1)

    sample { transient: 100 }
}

// ---- Maps of the plane --------------------------------------------------------------------------

/// Henon's map with straight pieces: an attractor that is proved to be strange.
map Lozi {
    meta {
        field: "mathematics"
        cite: "Lozi (1978), J. Phys. (Paris) 39, C5-9"
        checked: "atomosyd.net (C. Letellier) for source and values; robertdickau.com for the form"
        tags: ["dissipative", "piecewise"]
    }
    param a = 1.7, b = 0.5
    state x = 0.1, y = 0.1

    next x = 1 - a*abs(x) + y
    next y = b*x

    sample { transient: 100 }
}

/// A square cut along a line; each part is stretched one way and squeezed the other: a model of a
/// phase-locked loop. Any values in the ranges are proved to give chaos.
map Belykh {
    meta {
        field: "electronics"
        cite: "Belykh & Belykh (2011), Scholarpedia 6(10), 5545, doi:10.4249/scholarpedia.5545, after Belykh (1976)"
        checked: "its source"
        tags: ["dissipative", "piecewise"]
    }
    param lambda = 0.4 in (0, 0.5), gamma = 1.5 in (1, 1.53], k = 0.3 in [-0.3, 0.3]
    state x = 0.31, y = 0.42

    let above = if k*(2*x - 1) + 2*y - 1 > 0 then 1 else 0
    next x = lambda*(x - above) + above
    next y = gamma*(y - above) + above

    sample { transient: 100 }
}

/// Shift by a parabola and turn: the plainest conservative map, here with a
/// chain of five islands; the motion stays on a torus from the given start.
map HenonConservative {
    meta {
        field: "mathematics"
        cite: "Hénon (1969), Q. Appl. Math. 27, 291-312 (unverified)"
        checked: "math.ubc.ca/~cass/www/henon.html for the form"
        tags: ["conservative", "polynomial", "not_chaotic"]
    }
    /// Cosine of the angle
    param c = 0.24
    state x = 0.3, y = 0.2

    let q = y - x^2
    next x = c*x - sqrt(1 - c^2)*q
    next y = sqrt(1 - c^2)*x + c*q

    sample { transient: 100 }
}

/// A kicked rotator whose frequency turns back as the action grows: tori without twist are the
/// last to break.
map StandardNontwist {
    meta {
        field: "plasma physics"
        cite: "del-Castillo-Negrete & Morrison (1993), as in Scholarpedia, Nontwist maps"
        checked: "Scholarpedia for the form; values ours"
        tags: ["conservative", "transcendental"]
    }
    param a = 0.25, b = 0.2
    state x = 0.001 wrap [-0.5, 0.5), y = 1

    let q = y - b*sin(2*pi*x)
    next x = x + a*(1 - q^2)
    next y = q

    sample { transient: 100 }
}

/// A kicked oscillator in tune with its kicks, four to a turn: a web of chaos that covers the
/// plane, square by square.
map StochasticWeb {
    meta {
        field: "mechanics"
        cite: "Zaslavsky (2007), Scholarpedia 2(10), 3369, doi:10.4249/scholarpedia.3369"
        checked: "its source"
        tags: ["conservative", "transcendental"]
    }
    /// Strength of the kicks
    param k = 1.5
    state u = 0.1 wrap [-pi, pi), v = 3.1 wrap [-pi, pi)

    next u = v
    next v = -u - k*sin(v)

    sample { transient: 100 }
}

/// A kicked rotator that turns by itself and is damped: the first strange attractor of a kicked
/// system.
map Zaslavskii {
    meta {
        field: "mechanics"
        cite: "Zaslavsky (1978), Phys. Lett. A 69, 145-147, doi:10.1016/0375-9601(78)90195-0"
        checked: "tsdynamics 6.1.1"
        tags: ["dissipative", "transcendental", "piecewise"]
    }
    /// Strength of the kicks, turn, damping
    param eps = 9, nu = 0.3, r = 2
    state x = 0.1, y = 0.1

    let mu = (1 - exp(-r))/r
    next x = mod(x + nu*(1 + mu*y) + eps*nu*mu*cos(2*pi*x), 1)
    next y = exp(-r)*(y + eps*cos(2*pi*x))

    output x = x, y = y

    sample { transient: 100 }
}

/// Arnold's cat: a linear stretch of the torus, wrapped.
map ArnoldCat {
    meta {
        field: "mathematics"
        cite: "Arnold & Avez (1968), Ergodic Problems of Classical Mechanics, Benjamin"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["conservative", "piecewise"]
    }
    state x = 0.001245, y = 0.00875

    next x = mod(2*x + y, 1)
    next y = mod(x + y, 1)

    output x = x, y = y

    sample { transient: 100 }
}

/// Two resting points with basins whose border is a fractal: chaos for a while, then rest.
map Grebogi {
    meta {
        field: "mathematics"
        cite: "Grebogi, McDonald, Ott & Yorke (1983), Phys. Lett. A 99, Final state sensitivity: an obstruction to predictability"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["dissipative", "transcendental", "not_chaotic", "transient_chaos"]
    }
    param a = 1.32, b = 0.9, j0 = 0.3
    state theta = 0.2 wrap [-pi, pi), x = 0

    next theta = theta + a*sin(2*theta) - b*sin(4*theta) - x*sin(theta)
    next x = -j0*cos(theta)

    sample { transient: 100 }
}

/// A nerve cell as a map: a fast variable that spikes and a slow one that starts and stops the
/// bursts.
map Rulkov {
    meta {
        field: "neuroscience"
        cite: ["Rulkov (2002), Phys. Rev. E 65, 041922", "Rulkov (2001), Phys. Rev. Lett. 86, 183"]
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["dissipative", "rational"]
    }
    param alpha = 4.1 in (4, 4.62], beta = 0.001, sigma = 0.001
    state x = 1, y = 1

    next x = alpha/(1 + x^2) + y
    next y = y - sigma*x - beta

    sample { transient: 100 }
}

/// The plainest rational map of the plane with chaos; its denominator never vanishes.
map ZeraouliaSprott {
    meta {
        field: "mathematics"
        cite: "Zeraoulia & Sprott (2011), Int. J. Bifurcation Chaos 21, 155-160, doi:10.1142/s0218127411028325"
        checked: "tsdynamics 6.1.1, whose values these are"
        tags: ["dissipative", "rational"]
    }
    param a = 4.8, b = 0.35
    state x = 0.1, y = 0.1

    next x = -a*x/(1 + y^2)
    next y = x + b*y

    sample { transient: 100 }
}

/// Hosts, and parasites that lay their eggs in them; the hosts crowd each other as in Ricker's
/// map.
map HostParasitoid {
    meta {
        field: "ecology"
        cite: "Beddington, Free & Lawton (1975), Nature 255, 58-60 (pages unverified)"
        checked: "phaser.com/modules/ecology/beddington for the form; values unverified"
        tags: ["dissipative", "transcendental", "hyperchaotic"]
    }
    /// Growth, capacity, search, eggs
    param r = 3, K = 1, a = 5, c = 1
    state h = 0.5, p = 0.5

    next h = h*exp(r*(1 - h/K) - a*p)
    next p = c*h*(1 - exp(-a*p))

    sample { transient: 100 }
}

/// A quadratic map of the plane from a sketch of turbulence.
map Burgers {
    meta {
        field: "fluid dynamics"
        cite: "Whitehead & Macdonald (1984), Physica D 13, 401-407 (unverified)"
        tags: ["dissipative", "polynomial"]
    }
    param a = 0.75, b = 1.75
    state x = -0.1, y = 0.1

    next x = a*x - y^2
    next y = b*y + x*y

    sample { transient: 100 }
}

/// A population that feels the crowding of the year before: a circle that breaks into chaos.
map DelayedLogistic {
    meta {
        field: "ecology"
        cite: "Aronson, Chory, Hall & McGehee (1982), Commun. Math. Phys. 83, 303-354 (unverified)"
        tags: ["dissipative", "polynomial"]
    }
    param a = 2.27 in [2, 2.271]
    state x = 0.5, y = 0.5

    next x = a*x*(1 - y)
    next y = x

    sample { transient: 100 }
}

/// The standard map with friction: a ball that bounces on a shaken table, or a kicked rotator in
/// oil.
map DissipativeStandard {
    meta {
        field: "mechanics"
        cite: "Schmidt & Wang (1985), Phys. Rev. A 32, 2994-2999 (unverified)"
        tags: ["dissipative", "transcendental"]
    }
    /// What is left of the speed, strength of the kicks
    param b = 0.1, k = 8.8
    state x = 0.1 wrap [-pi, pi), y = 0.1

    let q = b*y + k*sin(x)
    next x = x + q
    next y = q

    sample { transient: 100 }
}

/// Arnold's cat with a ripple: an attractor that fills the torus unevenly.
map Sinai {
    meta {
        field: "mathematics"
        cite: "Sinai (1972), Russ. Math. Surv. 27, 21-69 (unverified)"
        tags: ["dissipative", "transcendental", "piecewise"]
    }
    param delta = 0.1
    state x = 0.5, y = 0.5

    next x = mod(x + y + delta*cos(2*pi*y), 1)
    next y = mod(x + 2*y, 1)

    output x = x, y = y

    sample { transient: 100 }
}

/// A rotator kicked along both its axes in turn, as an electron in a crystal and a magnetic field.
map KickedHarper {
    meta {
        field: "physics"
        cite: "Leboeuf, Kurchan, Feingold & Arovas (1990), Phys. Rev. Lett. 65, 3076-3079 (unverified)"
        tags: ["conservative", "transcendental"]
    }
    param k = 2, l = 2
    state p = 0.1 wrap [-pi, pi), x = 3.1 wrap [-pi, pi)

    let q = p + k*sin(x)
    next p = q
    next x = x - l*sin(q)

    sample { transient: 100 }
}

/// A ball between a wall at rest and one that shakes, in the plain form: its speed, and the phase
/// of the wall when it hits.
map FermiUlam {
    meta {
        field: "mechanics"
        cite: "Lieberman & Lichtenberg (1972), Phys. Rev. A 5, 1852-1866 (unverified)"
        tags: ["conservative", "transcendental", "piecewise"]
    }
    /// Distance of the walls over the swing of the one that shakes
    param m = 100
    state u = 1.5, phi = 0.7 wrap [-pi, pi)

    let faster = abs(u + sin(phi))
    next u = faster
    next phi = phi + 2*pi*m/faster

    sample { transient: 100 }
}

// ---- Maps of more dimensions --------------------------------------------------------------------

/// The plainest map that is invertible and stretches in two
/// directions. Every projection looks like a folded towel.
map FoldedTowel {
    meta {
        field: "mathematics"
        cite: "Rössler (1979), Phys. Lett. A 71, 155"
        checked: ["tsdynamics 6.1.1", "PredefinedDynamicalSystems.jl"]
        tags: ["dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 3.8, b = 0.05, c = 0.35, d = 0.1, e = 1.9, f = 3.78, g = 0.2
    state x = 0.085, y = -0.121, z = 0.075

    let fold = (y + c)*(1 - 2*z)
    next x = a*x*(1 - x) - b*fold
    next y = d*(fold - 1)*(1 - e*x)
    next z = f*z*(1 - z) + g*y

    sample { transient: 100 }
}

/// Henon's map with one more step of memory, and two positive exponents.
map HenonGeneralized {
    meta {
        field: "mathematics"
        cite: "Baier & Klein (1990), Phys. Lett. A 151, 281-284, doi:10.1016/0375-9601(90)90283-t"
        checked: "tsdynamics 6.1.1"
        tags: ["dissipative", "polynomial", "hyperchaotic"]
    }
    param a = 1.9, b = 0.03
    state x = 0.1, y = 0.1, z = 0.1

    next x = a - y^2 - b*z
    next y = x
    next z = y

    sample { transient: 100 }
}

/// One product and two memories; it preserves volume.
map LorenzThreeDimensional {
    meta {
        field: "mathematics"
        cite: "Lorenz (1993), The Essence of Chaos, University of Washington Press (unverified)"
        tags: ["conservative", "polynomial"]
    }
    state x = 0.5, y = 0.5, z = -1

    next x = x*y - z
    next y = x
    next z = y

    sample { transient: 100 }
}

/// Larvae, pupae and adults of flour beetles that eat each other's eggs and pupae.
map FlourBeetle {
    meta {
        field: "ecology"
        cite: "Costantino, Desharnais, Cushing & Dennis (1997), Science 275, 389-391 (unverified)"
        tags: ["dissipative", "transcendental"]
    }
    /// Eggs; how fast larvae and adults eat them; how fast adults eat pupae; deaths
    param b = 6.598, cel = 0.01209, cea = 0.01155, cpa = 0.35, ml = 0.2055, ma = 0.96
    state larvae = 250, pupae = 5, adults = 100

    next larvae = b*adults*exp(-cel*larvae - cea*adults)
    next pupae = larvae*(1 - ml)
    next adults = pupae*exp(-cpa*adults) + adults*(1 - ma)

    sample { transient: 100 }
}

/// Two kicked rotators with a common kick: the plainest map in which tori no longer part the
/// chaos.
map Froeschle {
    meta {
        field: "mechanics"
        cite: "Froeschlé (1972), Astron. Astrophys. 16, 172-189 (unverified)"
        tags: ["conservative", "transcendental", "hyperchaotic"]
    }
    /// Strengths of the kicks, and of the common one
    param k1 = 1.2, k2 = 1, b = 0.5
    state x1 = 0.2 wrap [-pi, pi), x2 = 0.3 wrap [-pi, pi), p1 = 0.1 wrap [-pi, pi)
    state p2 = 0.2 wrap [-pi, pi)

    let q1 = p1 + k1*sin(x1) + b*sin(x1 + x2)
    let q2 = p2 + k2*sin(x2) + b*sin(x1 + x2)
    next x1 = x1 + q1
    next x2 = x2 + q2
    next p1 = q1
    next p2 = q2

    sample { transient: 100 }
}

/// A ring of kicked rotators, each pushed by its neighbours.
map StandardCoupled {
    meta {
        field: "mechanics"
        cite: "Kantz & Grassberger (1988), J. Phys. A 21, 127-133"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["conservative", "transcendental", "hyperchaotic"]
    }
    structural param M = 4 in [2, 256]
    index i in 0..M cyclic
    /// Strength of the kicks and of the coupling
    param k[i] = 1, gamma = 1
    state theta[i] = 0.1*(i + 1) wrap [-pi, pi), p[i] = 0 wrap [-pi, pi)

    let pulled[i] = sin(theta[i+1] - theta[i]) + sin(theta[i-1] - theta[i])
    let push[i] = k[i]*sin(theta[i]) - gamma*pulled[i]
    next theta[i] = theta[i] + p[i] + push[i]
    next p[i] = p[i] + push[i]

    sample { transient: 100 }
}

/// Parabolas that all feel each other's squares: many attractors side by side.
map LogisticCoupled {
    meta {
        field: "mathematics"
        cite: "PredefinedDynamicalSystems.jl, which names no source"
        checked: "PredefinedDynamicalSystems.jl"
        tags: ["dissipative", "polynomial", "hyperchaotic"]
    }
    structural param D = 4 in [2, 256]
    index i, j in 0..D
    param lambda = 1.2, k = 0.08
    state u[i] = 0.2*i - 0.3

    let squares = sum(j)(u[j]^2)
    next u[i] = lambda - u[i]^2 + k*(squares - D*u[i]^2)

    sample { transient: 100 }
}

/// A ring of parabolas, each fed in part by the one before it.
map UlamRing {
    meta {
        field: "mathematics"
        cite: "PredefinedDynamicalSystems.jl, which names no source"
        checked: "PredefinedDynamicalSystems.jl, there with 100 maps"
        tags: ["dissipative", "polynomial", "hyperchaotic"]
    }
    structural param N = 10 in [2, 1000]
    index m in 0..N cyclic
    param eps = 0.6
    state x[m] = cos(m + 1)

    next x[m] = 2 - (eps*x[m-1] + (1 - eps)*x[m])^2

    sample { transient: 100 }
}

/// A ring of parabolas that spread to their neighbours: the plainest turbulence.
map CoupledMapLattice {
    meta {
        field: "mathematics"
        cite: "Kaneko (1984), Prog. Theor. Phys. 72, 480-486 (unverified)"
        tags: ["dissipative", "polynomial", "hyperchaotic"]
    }
    structural param N = 16 in [3, 1000]
    index i in 0..N cyclic
    param a = 2 in [1.5, 2], eps = 0.1
    state x[i] = 0.5*cos(2*i + 1)

    let f[i] = 1 - a*x[i]^2
    next x[i] = (1 - eps)*f[i] + eps/2*(f[i-1] + f[i+1])

    sample { transient: 100 }
}

// ---- Delays: one state, driven by its own past --------------------------------------------------

/// Production of blood cells, which answers to their number some time ago. Periodic at this delay, chaotic
/// from about 17 on.
dde MackeyGlass {
    meta {
        field: "physiology"
        cite: "Glass & Mackey (1979), Ann. N. Y. Acad. Sci., after dysts 0.96"
        tags: ["autonomous", "delay", "rational", "not_chaotic"]
    }
    param beta = 0.2, gamma = 0.1, n = 10, tau = 16
    state x = 0.83347846

    let past = x(t - tau)
    x' = beta*past/(1 + past^n) - gamma*x

    sample { period: 5.9612 }
}

/// Light in a passive ring resonator, whose phase follows its own past.
dde IkedaDelay {
    meta {
        field: "optics"
        cite: "Ikeda & Matsumoto (1987), Physica D 29, 223-235, after dysts 0.96"
        tags: ["autonomous", "delay", "transcendental", "twin"]
        same_form_as: "SprottDelay"
    }
    param c = 1, mu = -20, tau = 2, x0 = 0
    state x = 0.024144317

    x' = mu*sin(x(t - tau) - x0) - c*x

    sample { period: 3.4865 }
}

/// The plainest delay equation with chaos: a sine of the past.
dde SprottDelay {
    meta {
        field: "mathematics"
        cite: "Sprott (2007), Phys. Lett. A 366, 397-402, after dysts 0.96"
        tags: ["autonomous", "delay", "transcendental", "twin"]
        same_form_as: "IkedaDelay"
    }
    param c = 0, mu = 1, x0 = 0, tau = 5.1
    state x = 9.30770542

    x' = mu*sin(x(t - tau) - x0) - c*x

    sample { period: 20.1563 }
}

/// An electronic circuit with a cubic of its past fed back.
dde VossDelay {
    meta {
        field: "electronics"
        cite: "Voss (2002), Real-time anticipation of chaotic states of an electronic circuit, after dysts 0.96"
        tags: ["autonomous", "delay", "polynomial"]
    }
    param alpha = 3.24, tau = 13.28
    state x = 0.24640194

    let past = x(t - tau)
    x' = -alpha*x - 10.44*past^3 - 13.95*past^2 - 3.63*past + 0.85

    sample { period: 10 }
}

/// A circuit that decays by its present state and saturates by its past. It comes to rest on one
/// side; what moves for ever is the equation with the past in both terms.
dde ScrollDelay {
    meta {
        field: "electronics"
        cite: "Driver (1977), Ordinary and Delay Differential Equations, Springer, after dysts 0.96"
        tags: ["autonomous", "delay", "transcendental", "not_chaotic"]
    }
    param alpha = 0.2, beta = 0.2, tau = 10
    state x = -0.70009241

    x' = -alpha*x + beta*tanh(10*x(t - tau))

    sample { period: 152.407 }
}

/// A circuit that decays by its present state, with a cubic of its past fed back. It comes to rest
/// on one side; what moves for ever is the equation with the past in both terms.
dde PiecewiseCircuit {
    meta {
        field: "electronics"
        cite: "Tamasevicius, Mykolaitis & Bumeliene (2006), Electron. Lett. 42 (13), after dysts 0.96"
        tags: ["autonomous", "delay", "polynomial", "not_chaotic"]
    }
    param alpha = 1, beta = 1, c = 2.24, tau = 4.9
    state x = -0.37155972

    let past = x(t - tau)/c
    x' = -alpha*x + beta*(3*past - past^3)

    sample { period: 52.9948 }
}

/// Blowflies on a ration: eggs laid today are flies that lay in two weeks.
dde Blowflies {
    meta {
        field: "ecology"
        cite: "Gurney, Blythe & Nisbet (1980), Nature 287, 17-21 (unverified)"
        tags: ["autonomous", "dissipative", "transcendental", "delay", "not_chaotic"]
    }
    /// Eggs for each fly, scale of crowding, deaths
    param p = 8, n0 = 1, delta = 0.175
    param tau = 15
    state n
    history n(s) = 2 + sin(0.1*s)

    let past = n(t - tau)
    n' = p*past*exp(-past/n0) - delta*n

    sample { period: 38, transient: 800 }
}
