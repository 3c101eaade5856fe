/// A chain of springs, with a clock beside it.
ode Chain {
    structural param N = 4
    param k = 2
    index i in 0..N cyclic
    state q[i] = sin(i), p[i] = 0, phase = 0
    let stretch[i] = q[i+1] - q[i]
    hamiltonian (q[i], p[i]): sum(i)(p[i]^2/2) + k*sum(i)(str,etch[i]^2/2)
    phase' = 1
    invariant momentum = sum(i)(p[i])
}