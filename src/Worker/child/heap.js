import v8 from 'node:v8';
import vm from 'node:vm';

const collect = takeCollector();

/**
 * What is in use, in MB. Beyond the limit at which this process would be replaced, what only waits for the collector is
 * not counted: a collection costs a twentieth of a new process.
 * @param {number} limitMb
 */
export function usedHeapMb(limitMb) {
  if (usedMb() >= limitMb) collect();
  return usedMb();
}

function usedMb() {
  return v8.getHeapStatistics().used_heap_size / 1e6;
}

/** The flag puts `gc` into contexts that are made while it is set; those of jobs shall not have it. @returns {() => void} */
function takeCollector() {
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return gc;
}
