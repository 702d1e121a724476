/** Where the dialog of a new service keeps what is typed. */
export const newServicePlace = 'new service';
