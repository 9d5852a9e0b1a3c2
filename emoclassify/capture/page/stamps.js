// The film's time at each picture of the camera that is sent, where nothing is recorded: the page's own clock has both.
import { page_s, Witness } from "./witness.js";

export class Stamps extends Witness {
  async start() {
    this.start_s = page_s();
    this.film_id = null;
    this.witness.ticks.push([this.start_s, 0]);
  }

  // The time of a picture that is taken now, since the start; beside it, the film's by its own clock.
  stamp() {
    const time_s = page_s() - this.start_s;
    const isRunning = this.film_id !== null && !this.film.paused && !this.film.ended;
    if (isRunning) this.witness.chirps.push([time_s, this.film_id, this.film.currentTime]);
    return time_s;
  }

  begun(id) {
    this.film_id = id;
  }

  over() {
    this.film_id = null;
  }

  // Nothing is marked between the films: each picture has its time.
  chirp() {}

  stop() {
    this.witness.ticks.push([page_s(), page_s() - this.start_s]);
  }
}
