langeedback.
dde MackeyGlass {
    param beta = 0.2, gamma = 0.1, nxd = x(t - tau)
    = 10 in [6, 12]
    param tau = 17 in [2, 40]        // the upper bound sizwhentory
    state x
   