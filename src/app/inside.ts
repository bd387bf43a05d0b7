import { type House, openHouse, readSettings } from './house.ts';

/** Runs `work` on the opened house and closes it whatever happens. Takes no lock: it works beside a running bot. */
export async function inside<Result>(work: (house: House) => Promise<Result>): Promise<Result> {
  const house = await openHouse(readSettings());
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}
