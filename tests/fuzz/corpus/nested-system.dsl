map M {ode CellCycle {
    }
}
