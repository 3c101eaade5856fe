dde A {
 param tau = 1 in [1, 2]
 index i in 0..3 cyclic
 state x[i]
 history x[i](s) = i
 x[i]' = -x[i+1](t - tau)
}
sde B {
 state x = 1
 x' = noise(w)
}
