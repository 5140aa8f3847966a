package io.flinklm.cli.chaos;

import io.flinklm.cli.chaos.ChaosEvent.Moment;
import io.flinklm.cli.chaos.ChaosEvent.Victim;

/**
 * How a run went on after something was killed.
 *
 * @param victim what was killed
 * @param moment in which it was
 * @param step the last one reported before
 * @param redone steps that were made again
 * @param seconds from the kill to the report of the next step
 */
record Recovery(Victim victim, Moment moment, long step, long redone, double seconds) {}
