ode A {
 state x = 1
 x' = ·x −−
}
− x
