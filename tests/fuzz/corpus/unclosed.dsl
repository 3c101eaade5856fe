ode "A {
` state /* x