lang 1

// The 63 systems of ODEBench: those on which methods that discover equations are compared.
//
// Equations, constants and starts: ODEBench (S. d'Ascoli, S. Becker, A. Mathis, P. Schwaller, N.
// Kilbertus, ODEFormer: Symbolic Regression of Dynamical Systems with Transformers, ICLR 2024,
// arXiv:2310.05573), github.com/sdascoli/odeformer, odeformer/odebench/strogatz_equations.py at
// commit c9193012, MIT licence. Names and words are ours. tests/tests/odebench.rs holds every
// right-hand side against the published ones. Load it with `--catalog collections/odebench.dsl`.
//
// `odebench` is the number there; the second source is the one that ODEBench names. Parameters and
// states stand in its order (c_0, c_1, ..; x_0, x_1, ..). The start is its first one,
// `second_start` its second. Its trajectories begin at the start and have 150 points over 10 units
// of time, so `transient` is 0; `period` is the dominant one where the motion goes on for ever,
// else those 10 units. `same_form_as` names a system that becomes this one by a change of
// constants, `same_form_in_collection` one of systems.dsl.

// ---- Circuits, chemistry, growth: one variable --------------------------------------------------

/// A capacitor that a battery charges through a resistor: the charge approaches its limit
/// exponentially.
ode CapacitorCharging {
    meta {
        field: "electronics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 20"]
        tags: ["autonomous", "polynomial", "not_chaotic", "twin"]
        odebench: "1"
    }
    /// Voltage, capacity, resistance
    param v = 0.7, c = 1.2, r = 2.31
    state q = 10

    q' = (v - q/c)/r

    known { second_start: [3.54] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Growth without bound at a constant rate per head.
ode PopulationGrowth {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 22"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "2"
    }
    param r = 0.23
    state n = 4.78

    n' = r*n

    known { second_start: [0.87] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Growth that slows down as the population approaches what its surroundings carry.
ode LogisticGrowth {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 22"]
        tags: ["autonomous", "polynomial", "not_chaotic", "twin"]
        odebench: "3"
    }
    /// Growth rate, carrying capacity
    param r = 0.79, k = 74.3
    state n = 7.3

    n' = r*n*(1 - n/k)

    known { second_start: [21] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A capacitor that charges through a resistor whose current saturates, as a logistic function of
/// the voltage.
ode CapacitorNonlinearResistor {
    meta {
        field: "electronics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 38"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "4"
    }
    /// Voltage, capacity
    param v = 0.5, c = 0.96
    state q = 0.8

    q' = 1/(1 + exp(v - q/c)) - 0.5

    known { second_start: [0.02] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// The speed of a body that falls through air whose drag grows with the square of the speed.
ode FallingBody {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 38"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "5"
    }
    /// Gravity, drag over mass
    param g = 9.81, k = 0.0021175
    state v = 0.5

    v' = g - k*v^2

    known { second_start: [73] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A substance that makes more of itself from a supply that never runs short, and the reaction
/// back.
ode Autocatalysis {
    meta {
        field: "chemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 39"]
        tags: ["autonomous", "polynomial", "not_chaotic", "twin"]
        same_form_as: "LogisticGrowth"
        odebench: "6"
    }
    /// Rates of the reaction and of its reverse
    param forward = 2.1, back = 0.5
    state x = 0.13

    x' = forward*x - back*x^2

    known { second_start: [2.24] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Gompertz's law of the growth of a tumour, with the sign that ODEBench gives it: the size 1/b
/// repels.
ode GompertzTumor {
    meta {
        field: "medicine"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 39"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "7"
    }
    param a = 0.032, b = 2.29
    state n = 1.73

    n' = a*n*log(b*n)

    known { second_start: [9.5] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Logistic growth of a population that dies out below a threshold, where mates are too few.
ode AlleeEffect {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 39"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "8"
    }
    /// Growth rate, carrying capacity, threshold of survival
    param r = 0.14, k = 130, threshold = 4.4
    state n = 6.123

    n' = r*n*(1 - n/k)*(n/threshold - 1)

    known { second_start: [2.1] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Two languages compete for speakers, who change over at constant rates: the share that speaks the
/// first.
ode LanguageDeath {
    meta {
        field: "social science"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 40"]
        tags: ["autonomous", "polynomial", "not_chaotic", "twin"]
        same_form_as: "CapacitorCharging"
        odebench: "9"
    }
    /// Rates of change to the first language and away from it
    param to = 0.32, away = 0.28
    state x = 0.14

    x' = (1 - x)*to - x*away

    known { second_start: [0.55] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Two languages compete for speakers, drawn by the status of a language and by the share that
/// speaks it already.
ode LanguageDeathStatus {
    meta {
        field: "social science"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 40"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "10"
    }
    /// Status of the first language, exponent of the share of speakers
    param status = 0.2, a = 1.2
    state x = 0.83

    x' = (1 - x)*status*x^a - x*(1 - status)*(1 - x)^a

    known { second_start: [0.34] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Relaxation exactly at a critical point: slower than every exponential.
ode CriticalSlowing {
    meta {
        field: "statistical physics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 41"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "11"
    }
    state x = 3.4

    x' = -x^3

    known { second_start: [1.6] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// The number of photons in a laser, fed by stimulated emission, whose gain they use up.
ode LaserPhotons {
    meta {
        field: "optics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 55"]
        tags: ["autonomous", "polynomial", "not_chaotic", "twin"]
        same_form_as: "LogisticGrowth"
        odebench: "12"
    }
    param gain = 1.8, saturation = 0.1107
    state n = 11

    n' = gain*n - saturation*n^2

    known { second_start: [1.3] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A bead on a hoop that spins about its vertical diameter, with friction so strong that inertia
/// does not count: above a critical speed it leaves the bottom.
ode BeadOnHoop {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 63"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "13"
    }
    /// Speed of sliding, centrifugal force over gravity
    param c = 0.0981, gamma = 9.7
    state phi = 3.1

    phi' = c*sin(phi)*(gamma*cos(phi) - 1)

    known { second_start: [2.4] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Insects in a forest: logistic growth, and birds whose appetite saturates. Outbreaks come and go
/// with a jump.
ode BudwormOutbreak {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 75"]
        tags: ["autonomous", "rational", "not_chaotic"]
        odebench: "14"
    }
    /// Growth rate, carrying capacity, number at which birds eat half of what they can, that limit
    param r = 0.78, k = 81, a = 21.2, b = 0.9
    state n = 2.76

    n' = r*n*(1 - n/k) - b*n^2/(a^2 + n^2)

    known { second_start: [23.3] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Insects in a forest with birds that eat them, in units in which the birds' response has no
/// constants.
ode BudwormOutbreakScaled {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 76"]
        tags: ["autonomous", "rational", "not_chaotic"]
        odebench: "15"
    }
    /// Growth rate, carrying capacity
    param r = 0.4, k = 95
    state n = 44.3

    n' = r*n*(1 - n/k) - n^2/(1 + n^2)

    known { second_start: [4.5] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Landau's equation for the amplitude of a growing disturbance, at a subcritical bifurcation: the
/// cubic term drives it on, the fifth power bounds it.
ode LandauAmplitude {
    meta {
        field: "fluid dynamics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 87"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "16"
    }
    param growth = 0.1, cubic = -0.04, quintic = 0.001
    state a = 0.94

    a' = growth*a - cubic*a^3 - quintic*a^5

    known { second_start: [1.65] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Logistic growth of fish of which a constant number is caught per time.
ode HarvestedLogistic {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 89"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "17"
    }
    /// Growth rate, carrying capacity, catch
    param r = 0.4, k = 100, h = 0.3
    state n = 14.3

    n' = r*n*(1 - n/k) - h

    known { second_start: [34.2] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Logistic growth of fish of which fewer are caught when there are few.
ode HarvestedSaturating {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 90"]
        tags: ["autonomous", "rational", "not_chaotic", "twin"]
        odebench: "18"
    }
    /// Growth rate, carrying capacity, greatest catch, stock at which half of it is caught
    param r = 0.4, k = 100, h = 0.24, a = 50
    state n = 21.1

    n' = r*n*(1 - n/k) - h*n/(a + n)

    known { second_start: [44.1] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Logistic growth of fish of which fewer are caught when there are few, in units of the carrying
/// capacity and of the growth rate.
ode HarvestedSaturatingScaled {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 90"]
        tags: ["autonomous", "rational", "not_chaotic", "twin"]
        same_form_as: "HarvestedSaturating"
        odebench: "19"
    }
    /// Greatest catch, stock at which half of it is caught
    param h = 0.08, a = 0.8
    state n = 0.13

    n' = n*(1 - n) - h*n/(a + n)

    known { second_start: [0.03] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A gene that a signal turns on and whose product keeps it on after the signal is gone.
ode GeneSwitch {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 91"]
        tags: ["autonomous", "rational", "not_chaotic"]
        odebench: "20"
    }
    /// Signal, decay of the product
    param s = 0.1, r = 0.55
    state g = 0.002

    g' = s - r*g + g^2/(1 + g^2)

    known { second_start: [0.25] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// An epidemic, reduced to one number that stands for the dead.
ode EpidemicDeaths {
    meta {
        field: "medicine"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 92"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "21"
    }
    param a = 1.2, b = 0.2
    state u = 0

    u' = a - b*u - exp(-u)

    known { second_start: [0.8] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A protein that is made at a low rate, helps to make itself by a steep switch, and decays.
ode ProteinHysteresis {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 93"]
        tags: ["autonomous", "rational", "not_chaotic"]
        odebench: "22"
    }
    /// Rates of making at rest and by feedback, fifth power of the half saturation, decay
    param basal = 1.4, induced = 0.4, k5 = 123, decay = 0.89
    state p = 3.1

    p' = basal + induced*p^5/(k5 + p^5) - decay*p

    known { second_start: [6.3] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A pendulum in syrup, turned by a constant torque; fireflies and Josephson junctions obey the
/// same equation.
ode OverdampedPendulum {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 104"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "23"
    }
    param torque = 0.21
    state theta = -2.74

    theta' = torque - sin(theta)

    known { second_start: [1.65] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

// ---- Oscillators and pendulums ------------------------------------------------------------------

/// A mass on a spring, without friction.
ode HarmonicOscillator {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 126"]
        tags: ["autonomous", "conservative", "polynomial", "not_chaotic"]
        odebench: "24"
    }
    /// Stiffness over mass
    param k = 2.1
    state x = 0.4, v = -0.03

    x' = v
    v' = -k*x

    known { second_start: [0, 0.2] from "ODEBench" }
    sample { period: 2*pi/sqrt(k), transient: 0 }
}

/// A mass on a spring, with friction in proportion to the speed.
ode DampedHarmonicOscillator {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 144"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "25"
    }
    /// Stiffness and friction over mass
    param k = 4.5, damping = 0.43
    state x = 0.12, v = 0.043

    x' = v
    v' = -k*x - damping*v

    known { second_start: [0, -0.3] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A pendulum of any amplitude, without friction.
ode FrictionlessPendulum {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 169"]
        tags: ["autonomous", "conservative", "transcendental", "not_chaotic"]
        odebench: "28"
    }
    /// Gravity over length
    param k = 0.9
    state theta = -1.9, v = 0

    theta' = v
    v' = -k*sin(theta)

    known { second_start: [0.3, 0.8] from "ODEBench" }
    sample { period: 8.527, transient: 0 }
}

/// A ball that rolls to rest in one of two wells.
ode DampedDoubleWell {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 190"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "32"
    }
    param damping = 0.18
    state x = -1.8, v = -1.8

    x' = v
    v' = -damping*v + x - x^3

    known { second_start: [5.8, 0] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A glider that trades height for speed against a weak drag. States: speed, and angle of the path
/// above the horizon.
ode Glider {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 190"]
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
        odebench: "33"
    }
    param drag = 0.08
    state v = 5, theta = 0.7

    v' = -sin(theta) - drag*v^2
    theta' = v - cos(theta)/v

    known { second_start: [9.81, -0.8] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// A bead that slides without friction on a spinning hoop.
ode FrictionlessBeadOnHoop {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 191"]
        tags: ["autonomous", "conservative", "transcendental", "not_chaotic"]
        odebench: "34"
    }
    /// Gravity over centrifugal force
    param c = 0.93
    state phi = 2.1, v = 0

    phi' = v
    v' = sin(phi)*(cos(phi) - c)

    known { second_start: [-1.2, -0.2] from "ODEBench" }
    sample { period: 8.353, transient: 0 }
}

/// The direction of an elongated particle that a shear flow turns. States: longitude and latitude.
ode ShearFlowRotation {
    meta {
        field: "fluid dynamics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 194"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "35"
    }
    /// Shape of the particle
    param k = 4.2
    state theta = 1.13, phi = -0.3

    theta' = cot(phi)*cos(theta)
    phi' = sin(theta)*(cos(phi)^2 + k*sin(phi)^2)

    known { second_start: [2.4, 1.7] from "ODEBench" }
    sample { period: 3.066, transient: 0 }
}

/// A pendulum whose friction depends on its angle.
ode PendulumVariableDamping {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 195"]
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
        odebench: "36"
    }
    param a = 0.07
    state theta = 0.45, v = 0.9

    theta' = v
    v' = -sin(theta) - v - a*cos(theta)*v

    known { second_start: [1.34, -0.8] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Van der Pol's oscillator: friction that feeds small swings and damps large ones.
ode VanDerPolStandard {
    meta {
        field: "electronics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 200"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        odebench: "37"
    }
    param mu = 0.43
    state x = 2.2, v = 0

    x' = v
    v' = -x - mu*(x^2 - 1)*v

    known { second_start: [0.1, 3.2] from "ODEBench" }
    sample { period: 6.355, transient: 0 }
}

/// Van der Pol's oscillator in the variables of Liénard, where it relaxes along a cubic and jumps.
ode VanDerPolLienard {
    meta {
        field: "electronics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 214"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "38"
    }
    param mu = 3.37
    state x = 0.7, y = 0

    x' = mu*(y - x^3/3 + x)
    y' = -x/mu

    known { second_start: [-1.1, -0.7] from "ODEBench" }
    sample { period: 9.347, transient: 0 }
}

/// A weakly nonlinear oscillator with van der Pol's friction, called Duffing's equation by
/// ODEBench.
ode WeaklyNonlinearOscillator {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 217"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_as: "VanDerPolStandard"
        odebench: "40"
    }
    param eps = 0.886
    state x = 0.63, v = -0.03

    x' = v
    v' = -x + eps*v*(1 - x^2)

    known { second_start: [0.2, 0.2] from "ODEBench" }
    sample { period: 6.584, transient: 0 }
}

/// A pendulum under a constant torque with friction in proportion to the speed; also a Josephson
/// junction under a constant current.
ode DrivenPendulumLinearDamping {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 269"]
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
        odebench: "43"
    }
    param torque = 1.67, damping = 0.64
    state theta = 1.47, v = -0.2

    theta' = v
    v' = torque - sin(theta) - damping*v

    known { second_start: [-1.9, 0.03] from "ODEBench" }
    sample { period: 2.433, transient: 0 }
}

/// A pendulum under a constant torque with friction that grows with the square of the speed.
ode DrivenPendulumQuadraticDamping {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 300"]
        tags: ["autonomous", "dissipative", "piecewise", "not_chaotic"]
        odebench: "44"
    }
    param torque = 1.67, damping = 0.64
    state theta = 1.47, v = -0.2

    theta' = v
    v' = torque - sin(theta) - damping*v*abs(v)

    known { second_start: [-1.9, 0.03] from "ODEBench" }
    sample { period: 4.075, transient: 0 }
}

/// Two bar magnets on pivots, each turned by the other and by a field, with strong friction.
ode BarMagnets {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 289"]
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
        odebench: "46"
    }
    /// Strength of their interaction
    param k = 0.33
    state theta1 = 0.54, theta2 = -0.1

    theta1' = k*sin(theta1 - theta2) - sin(theta1)
    theta2' = k*sin(theta2 - theta1) - sin(theta2)

    known { second_start: [0.43, 1.21] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Two phases that drive each other; strong coupling stops both.
ode OscillatorDeath {
    meta {
        field: "neuroscience"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 301"]
        tags: ["autonomous", "transcendental", "not_chaotic"]
        odebench: "51"
    }
    /// Frequencies of the two alone
    param omega1 = 1.432, omega2 = 0.972
    state theta1 = 2.2, theta2 = 0.67

    theta1' = omega1 + sin(theta2)*cos(theta1)
    theta2' = omega2 + sin(theta2)*cos(theta1)

    known { second_start: [0.03, -0.12] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

// ---- Living things and reactions: two variables -------------------------------------------------

/// Two species that eat the same grass: only one of them survives.
ode SheepAndRabbits {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 157"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "26"
    }
    /// Growth rate of the rabbits, what the sheep take from them, growth rate of the sheep
    param r1 = 3, a = 2, r2 = 2
    state n1 = 5, n2 = 4.3

    n1' = n1*(r1 - n1 - a*n2)
    n2' = n2*(r2 - n1 - n2)

    known { second_start: [2.3, 3.6] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Prey that grow and predators that live on them, in endless cycles whose size the start decides.
ode PredatorPrey {
    meta {
        field: "ecology"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "en.wikipedia.org/wiki/Lotka-Volterra_equations"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "27"
    }
    /// Growth of the prey and its loss to a predator, death of predators and their gain from a prey
    param a = 1.84, b = 1.45, c = 3, d = 1.62
    state prey = 8.3, predator = 3.4

    prey' = prey*(a - b*predator)
    predator' = -predator*(c - d*prey)

    known { second_start: [0.4, 0.65] from "ODEBench" }
    sample { period: 4.194, transient: 0 }
}

/// A fixed point that orbits leave on one side and enter on the other, as the field lines of a
/// dipole.
ode DipoleFixedPoint {
    meta {
        field: "mathematics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 181"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "29"
    }
    param a = 0.65
    state x = 3.2, y = 1.4

    x' = a*x*y
    y' = y^2 - x^2

    known { second_start: [1.3, 0.2] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Two kinds of RNA, each of which helps the other to replicate, under a constant total.
ode CatalyticRna {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 187"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "30"
    }
    param c = 1.61
    state x = 0.3, y = 0.04

    x' = x*(y - c*x*y)
    y' = y*(x - c*x*y)

    known { second_start: [0.1, 0.21] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// An epidemic in which the sick infect the healthy, and recover or die.
ode SirEpidemic {
    meta {
        field: "medicine"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 188"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "31"
    }
    /// Rates of infection and of recovery
    param k = 0.4, l = 0.314
    state healthy = 7.2, sick = 0.98

    healthy' = -k*healthy*sick
    sick' = k*healthy*sick - l*sick

    known { second_start: [20, 12.4] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Sugar turned into energy in yeast: one product speeds up the reaction that makes it, which
/// therefore pulses.
ode GlycolysisSelkov {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 207"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "39"
    }
    param a = 2.4, b = 0.07
    /// ADP, F6P
    state x = 0.4, y = 0.31

    x' = -x + a*y + x^2*y
    y' = b - a*x - x^2*y

    known { second_start: [0.2, -0.7] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Two proteins whose interplay makes a cell divide.
ode CellCycleTyson {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 238"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "41"
    }
    param b = 15.3, a = 0.001, c = 0.3
    state u = 0.8, v = 0.3

    u' = b*(v - u)*(a + u^2) - u
    v' = c - u

    known { second_start: [0.02, 1.2] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// The oscillating reaction of chlorine dioxide, iodine and malonic acid, reduced to two
/// substances.
ode ChlorineIodineMalonic {
    meta {
        field: "chemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 260"]
        tags: ["autonomous", "dissipative", "rational", "not_chaotic"]
        odebench: "42"
    }
    param a = 8.9, s = 4, b = 1.4
    state x = 0.2, y = 0.35

    x' = a - x - s*x*y/(1 + x^2)
    y' = b*x*(1 - y/(1 + x^2))

    known { second_start: [3, 7.8] from "ODEBench" }
    sample { period: 3.779, transient: 0 }
}

/// A substance that makes more of itself from a fuel, in a stirred tank that is fed with the fuel.
ode GrayScottTank {
    meta {
        field: "chemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 288"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "45"
    }
    param feed = 0.5, decay = 0.02
    state u = 1.4, v = 0.2

    u' = feed*(1 - u) - u*v^2
    v' = u*v^2 - decay*v

    known { second_start: [0.32, 0.64] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Two groups of neurons that see different pictures and inhibit each other.
ode BinocularRivalry {
    meta {
        field: "neuroscience"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 290"]
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
        odebench: "47"
    }
    /// Strength of the inhibition, strength of the picture
    param b = 4.89, g = 1.4
    state x = 0.65, y = 0.59

    x' = -x + 1/(1 + exp(b*y - g))
    y' = -y + 1/(1 + exp(b*x - g))

    known { second_start: [3.2, 10.3] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Bacteria that use up a nutrient and oxygen.
ode BacterialRespiration {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 293"]
        tags: ["autonomous", "dissipative", "rational", "not_chaotic"]
        odebench: "48"
    }
    /// Supply of the nutrient, its hindrance, supply of oxygen
    param b = 18.3, q = 0.48, a = 11.23
    state x = 0.1, y = 30.4

    let uptake = x*y/(1 + q*x^2)
    x' = b - x - uptake
    y' = a - uptake

    known { second_start: [13.2, 5.21] from "ODEBench" }
    sample { period: 12.84, transient: 0 }
}

/// The Brusselator: a made-up reaction that oscillates.
ode BrusselatorTank {
    meta {
        field: "chemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 296"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "49"
    }
    param b = 3.03, a = 3.1
    state x = 0.7, y = -1.4

    x' = 1 - (b + 1)*x + a*x^2*y
    y' = b*x - a*x^2*y

    known { second_start: [2.1, 1.3] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Schnakenberg's reaction, the simplest kind that can oscillate.
ode SchnakenbergOscillator {
    meta {
        field: "chemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 296"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "50"
    }
    param a = 0.24, b = 1.43
    state x = 0.14, y = 0.6

    x' = a - x + x^2*y
    y' = b - x^2*y

    known { second_start: [1.5, 0.9] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

// ---- Three and four variables -------------------------------------------------------------------

/// A laser: electric field, polarisation of the atoms and inversion of their population.
ode MaxwellBloch {
    meta {
        field: "optics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 82"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic"]
        odebench: "52"
    }
    /// Decay of the field, of the polarisation and of the inversion, strength of the pump
    param kappa = 0.1, gamma1 = 0.21, gamma2 = 0.34, pump = 3.1
    state e = 1.3, p = 1.1, d = 0.89

    e' = kappa*(p - e)
    p' = gamma1*(e*d - p)
    d' = gamma2*(pump + 1 - d - pump*e*p)

    known { second_start: [0.89, 1.3, 1.1] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Proteins that decide over the death of a cell. States: the one that restrains, then the active
/// and the inactive form of the one that kills.
ode Apoptosis {
    meta {
        field: "biochemistry"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "epubs.siam.org/doi/10.1137/20M1318043"]
        tags: ["autonomous", "dissipative", "rational", "not_chaotic"]
        odebench: "53"
    }
    param c0 = 0.1, c1 = 0.6, c2 = 0.2, c3 = 7.95, c4 = 0.05
    param c5 = 0.4, c6 = 0.1, c7 = 2, c8 = 0.1, c9 = 0.1
    state x = 0.005, y = 0.26, z = 2.15

    let activation = c1*z*(c8 + y), return = c2*y/(c6 + y) + c3*x*y/(c7 + y)
    x' = c0 - c5*y*x/(c9 + x) - c4*x
    y' = activation - return
    z' = -activation + return

    known { second_start: [0.248, 0.0973, 0.0027] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// The equations of Lorenz at a Rayleigh number at which convection is steady. ODEBench calls this
/// the well-behaved periodic regime.
ode LorenzSettling {
    meta {
        field: "fluid dynamics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 319"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_in_collection: "Lorenz"
        odebench: "54"
    }
    param sigma = 5.1, rho = 12, beta = 1.67
    state x = 2.3, y = 8.1, z = 12.4

    x' = sigma*(y - x)
    y' = rho*x - y - x*z
    z' = x*y - beta*z

    known { second_start: [10, 20, 30] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// The equations of Lorenz in a window of large Rayleigh numbers, where the motion is a winding
/// cycle.
ode LorenzPeriodic {
    meta {
        field: "fluid dynamics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 319"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_as: "LorenzSettling"
        same_form_in_collection: "Lorenz"
        odebench: "55"
    }
    param sigma = 10, rho = 99.96, beta = 8/3
    state x = 2.3, y = 8.1, z = 12.4

    x' = sigma*(y - x)
    y' = rho*x - y - x*z
    z' = x*y - beta*z

    known { second_start: [10, 20, 30] from "ODEBench" }
    sample { period: 1.0997, transient: 0 }
}

/// The equations of Lorenz at his own parameters.
ode LorenzStandard {
    meta {
        field: "fluid dynamics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 319"]
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_as: "LorenzSettling"
        same_form_in_collection: "Lorenz"
        odebench: "56"
    }
    param sigma = 10, rho = 28, beta = 8/3
    state x = 2.3, y = 8.1, z = 12.4

    x' = sigma*(y - x)
    y' = rho*x - y - x*z
    z' = x*y - beta*z

    known { second_start: [10, 20, 30] from "ODEBench" }
    sample { period: 0.755, transient: 0 }
}

/// Rössler's flow where it has a stable fixed point, with a factor for its speed.
ode RosslerSettling {
    meta {
        field: "mathematics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "en.wikipedia.org/wiki/Rössler_attractor"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_in_collection: "Rossler"
        odebench: "57"
    }
    param a = -0.2, b = 0.2, c = 5.7, speed = 5
    state x = 2.3, y = 1.1, z = 0.8

    x' = speed*(-y - z)
    y' = speed*(x + a*y)
    z' = speed*(b + z*(x - c))

    known { second_start: [-0.1, 4.1, -2.1] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// Rössler's flow where it has a stable cycle, with a factor for its speed.
ode RosslerPeriodic {
    meta {
        field: "mathematics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "en.wikipedia.org/wiki/Rössler_attractor"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_as: "RosslerSettling"
        same_form_in_collection: "Rossler"
        odebench: "58"
    }
    param a = 0.1, b = 0.2, c = 5.7, speed = 5
    state x = 2.3, y = 1.1, z = 0.8

    x' = speed*(-y - z)
    y' = speed*(x + a*y)
    z' = speed*(b + z*(x - c))

    known { second_start: [-0.1, 4.1, -2.1] from "ODEBench" }
    sample { period: 1.214, transient: 0 }
}

/// Rössler's flow at the usual chaotic parameters, with a factor for its speed.
ode RosslerStandard {
    meta {
        field: "mathematics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "en.wikipedia.org/wiki/Rössler_attractor"]
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_as: "RosslerSettling"
        same_form_in_collection: "Rossler"
        odebench: "59"
    }
    param a = 0.2, b = 0.2, c = 5.7, speed = 5
    state x = 2.3, y = 1.1, z = 0.8

    x' = speed*(-y - z)
    y' = speed*(x + a*y)
    z' = speed*(b + z*(x - c))

    known { second_start: [-0.1, 4.1, -2.1] from "ODEBench" }
    sample { period: 1.172, transient: 0 }
}

/// A flow that circles on a sphere and returns through a tube along its axis. Chaotic, says
/// ODEBench; from its starts the motion becomes periodic.
ode AizawaSphere {
    meta {
        field: "mathematics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "analogparadigm.com/downloads/alpaca_17.pdf"]
        tags: ["autonomous", "dissipative", "polynomial", "not_chaotic", "twin"]
        same_form_in_collection: "Aizawa"
        odebench: "60"
    }
    param a = 0.95, b = 0.7, c = 0.65, d = 3.5, e = 0.25, f = 0.1
    state x = 0.1, y = 0.05, z = 0.05

    x' = x*(z - b) - d*y
    y' = d*x + y*(z - b)
    z' = c + a*z - z^3/3 - (x^2 + y^2)*(1 + e*z) + f*z*x^3

    known { second_start: [-0.3, 0.2, 0.1] from "ODEBench" }
    sample { period: 1.795, transient: 0 }
}

/// The rotation of a rigid body under a linear feedback control.
ode ChenLeeGyro {
    meta {
        field: "mechanics"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "doi:10.1016/j.chaos.2003.12.034"]
        tags: ["autonomous", "dissipative", "polynomial", "twin"]
        same_form_in_collection: "ChenLee"
        odebench: "61"
    }
    param a = 5, b = -10, c = -3.8, d = 3
    state x = 15, y = -15, z = -15

    x' = a*x - y*z
    y' = b*y + x*z
    z' = c*z + x*y/d

    known { second_start: [8, 14, -10] from "ODEBench" }
    sample { period: 1.114, transient: 0 }
}

/// Two groups of neurons that see different pictures, inhibit each other and tire. States: activity
/// and tiredness of the first, then of the second.
ode BinocularRivalryAdaptation {
    meta {
        field: "neuroscience"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "Strogatz, Nonlinear Dynamics and Chaos, p. 295"]
        tags: ["autonomous", "dissipative", "transcendental", "not_chaotic"]
        odebench: "62"
    }
    /// Strengths of the inhibition, of the tiredness and of the picture, speed of tiring
    param inhibition = 0.89, adaptation = 0.4, input = 1.4, rate = 1
    state x1 = 2.25, y1 = -0.5, x2 = -1.13, y2 = 0.4

    x1' = -x1 + 1/(1 + exp(inhibition*x2 + adaptation*y1 - input))
    y1' = rate*(x1 - y1)
    x2' = -x2 + 1/(1 + exp(inhibition*x1 + adaptation*y2 - input))
    y2' = rate*(x2 - y2)

    known { second_start: [0.342, -0.431, -0.86, 0.041] from "ODEBench" }
    sample { period: 10, transient: 0 }
}

/// An epidemic of an illness that does not show at once: shares of the healthy, the infected, the
/// infectious and the recovered, the last only counted.
ode SeirEpidemic {
    meta {
        field: "medicine"
        cite: ["d'Ascoli et al. (2024), ICLR, arXiv:2310.05573", "de.wikipedia.org/wiki/SEIR-Modell"]
        tags: ["autonomous", "polynomial", "not_chaotic"]
        odebench: "63"
    }
    /// Rates of falling ill, of infection, of recovery
    param a = 0.47, b = 0.28, c = 0.3
    state s = 0.6, e = 0.3, i = 0.09, r = 0.01

    s' = -b*s*i
    e' = b*s*i - a*e
    i' = a*e - c*i
    r' = c*i

    output s = s, e = e, i = i, r = r

    known { second_start: [0.4, 0.3, 0.25, 0.05] from "ODEBench" }
    sample { period: 10, transient: 0 }
}
